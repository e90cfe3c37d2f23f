/** Follows the shapes of tensors through an ONNX graph, for an input of a known size. */
@NullMarked
package dev.flipside.models.shape;

import org.jspecify.annotations.NullMarked;
