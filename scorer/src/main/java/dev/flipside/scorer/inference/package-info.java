/** Runs grafted models; the only user of ONNX Runtime. */
@NullMarked
package dev.flipside.scorer.inference;

import org.jspecify.annotations.NullMarked;
