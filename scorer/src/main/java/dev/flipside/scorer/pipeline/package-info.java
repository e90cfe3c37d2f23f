/** Scores the images of a pool: decode, batch, run, hand over the results in pool order. */
@NullMarked
package dev.flipside.scorer.pipeline;

import org.jspecify.annotations.NullMarked;
