/** Infers tensor shapes in an ONNX graph for a known input size. */
@NullMarked
package dev.flipside.models.shape;

import org.jspecify.annotations.NullMarked;
