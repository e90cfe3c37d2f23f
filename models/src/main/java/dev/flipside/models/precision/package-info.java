/** Converts ONNX models to mixed float16 precision. */
@NullMarked
package dev.flipside.models.precision;

import org.jspecify.annotations.NullMarked;
