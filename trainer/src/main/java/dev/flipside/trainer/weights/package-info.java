/** Reads named tensors from safetensors, PyTorch and ONNX files, without Python. */
@NullMarked
package dev.flipside.trainer.weights;

import org.jspecify.annotations.NullMarked;
