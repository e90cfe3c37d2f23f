/** Exports trained networks to ONNX and compares ONNX Runtime with DJL. */
@NullMarked
package dev.flipside.trainer.export;

import org.jspecify.annotations.NullMarked;
