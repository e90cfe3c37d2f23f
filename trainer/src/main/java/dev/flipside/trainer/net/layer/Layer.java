package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import dev.flipside.models.onnx.OnnxValue;

/**
 * A layer that runs in DJL and can add the same computation to an ONNX graph. Feature maps are
 * {@code [N,C,H,W]} float32.
 */
public sealed interface Layer
    permits Convolution,
        BatchNormalization,
        NormalizedConvolution,
        Relu,
        MaxPooling,
        AtrousPyramid,
        InvertedResidual,
        Relu6,
        Dropout,
        ResidualBlock,
        Sequential {
  /**
   * Returns the output for an input. The input is neither closed nor modified.
   *
   * @param training whether batch normalization uses and records the statistics of this batch, and
   *     dropout is active
   */
  NDArray forward(NDArray input, boolean training);

  /** Adds this layer to a graph, in inference mode, and returns its output. */
  OnnxValue emit(OnnxEmission onnx, OnnxValue input);
}
