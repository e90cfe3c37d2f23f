/** The trained network as an ONNX model, checked in ONNX Runtime against DJL. */
@NullMarked
package dev.flipside.trainer.export;

import org.jspecify.annotations.NullMarked;
