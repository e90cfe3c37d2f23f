package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import dev.flipside.models.onnx.OnnxValue;
import java.util.Map;

/** The 3x3 maximum at stride 2, padding 1, that ends the stem of a ResNet. */
public record MaxPooling() implements Layer {
  @Override
  public NDArray forward(NDArray input, boolean training) {
    return Pool.maxPool2d(input, new Shape(3, 3), new Shape(2, 2), new Shape(1, 1), false);
  }

  @Override
  public OnnxValue emit(OnnxEmission onnx, OnnxValue input) {
    return onnx.graph()
        .node(
            "MaxPool",
            Map.of(
                "kernel_shape", new long[] {3, 3},
                "strides", new long[] {2, 2},
                "pads", new long[] {1, 1, 1, 1}),
            input);
  }
}
