/** What the measurements of a run say: means, differences and areas over budgets and seeds. */
@NullMarked
package dev.flipside.tools.statistics;

import org.jspecify.annotations.NullMarked;
