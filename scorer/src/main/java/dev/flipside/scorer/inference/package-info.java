/** Runs scoring graphs. The only package that uses ONNX Runtime. */
@NullMarked
package dev.flipside.scorer.inference;

import org.jspecify.annotations.NullMarked;
