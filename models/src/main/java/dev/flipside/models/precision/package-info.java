/** Networks made to compute in float16; plain transformations of ONNX graphs. */
@NullMarked
package dev.flipside.models.precision;

import org.jspecify.annotations.NullMarked;
