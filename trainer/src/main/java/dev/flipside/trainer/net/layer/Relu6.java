package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import dev.flipside.models.onnx.OnnxValue;
import java.util.Map;

/** {@code min(max(x, 0), 6)}. */
public record Relu6() implements Layer {
  @Override
  public NDArray forward(NDArray input, boolean training) {
    return input.clip(0, 6);
  }

  @Override
  public OnnxValue emit(OnnxEmission onnx, OnnxValue input) {
    OnnxValue low = onnx.constant("relu6.min", 0);
    OnnxValue high = onnx.constant("relu6.max", 6);
    return onnx.graph().node("Clip", Map.of(), input, low, high);
  }
}
