/** Uncertainty measures of a pixel as ONNX nodes. */
@NullMarked
package dev.flipside.models.scoring.measure;

import org.jspecify.annotations.NullMarked;
