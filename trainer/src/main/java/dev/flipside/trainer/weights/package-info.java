/** Tensors by name from safetensors, PyTorch and ONNX files, with no Python. */
@NullMarked
package dev.flipside.trainer.weights;

import org.jspecify.annotations.NullMarked;
