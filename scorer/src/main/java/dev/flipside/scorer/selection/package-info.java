/** Selects the best K regions from region scores. */
@NullMarked
package dev.flipside.scorer.selection;

import org.jspecify.annotations.NullMarked;
