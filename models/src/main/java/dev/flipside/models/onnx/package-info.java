/** Reads, validates, builds and writes ONNX models. */
@NullMarked
package dev.flipside.models.onnx;

import org.jspecify.annotations.NullMarked;
