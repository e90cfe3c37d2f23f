/** The choice of the best K regions of a pool, its rules, and the selection file. */
@NullMarked
package dev.flipside.scorer.selection;

import org.jspecify.annotations.NullMarked;
