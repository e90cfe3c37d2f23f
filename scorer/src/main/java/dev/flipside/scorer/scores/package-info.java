/** Region scores of images, and the files that hold them as JSON lines. */
@NullMarked
package dev.flipside.scorer.scores;

import org.jspecify.annotations.NullMarked;
