/**
 * Shapes that annotators draw, their run-length encodings, and the painter that rasterizes them.
 */
@NullMarked
package dev.flipside.scorer.annotation.shape;

import org.jspecify.annotations.NullMarked;
