/** Region scores, the files that keep them, and the choice of the best K regions. */
@NullMarked
package dev.flipside.scorer.selection;

import org.jspecify.annotations.NullMarked;
