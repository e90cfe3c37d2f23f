package dev.flipside.trainer.net;

import ai.djl.ndarray.NDArray;
import dev.flipside.models.onnx.OnnxValue;

/**
 * A piece of the network that runs in DJL and writes the same computation into an ONNX graph.
 * Feature maps are {@code [N,C,H,W]} float32.
 */
sealed interface Layer
    permits Convolution,
        BatchNormalization,
        NormalizedConvolution,
        Relu,
        MaxPooling,
        Dropout,
        ResidualBlock,
        Sequential {
  /**
   * The output for an input, which stays open and unchanged.
   *
   * @param training whether batch normalisation uses and records the statistics of this batch, and
   *     dropout drops
   */
  NDArray forward(NDArray input, boolean training);

  /** Adds this layer to a graph, in inference mode, and returns its output there. */
  OnnxValue emit(OnnxEmission onnx, OnnxValue input);
}
