/** Calibrates the quantizer of {@code models} on the images of a pool. */
@NullMarked
package dev.flipside.scorer.quantization;

import org.jspecify.annotations.NullMarked;
