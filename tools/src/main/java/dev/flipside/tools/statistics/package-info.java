/** Statistics over seeds and budgets: means, differences and areas under curves. */
@NullMarked
package dev.flipside.tools.statistics;

import org.jspecify.annotations.NullMarked;
