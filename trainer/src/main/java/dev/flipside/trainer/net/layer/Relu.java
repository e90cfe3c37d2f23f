package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import dev.flipside.models.onnx.OnnxValue;
import java.util.Map;

/** {@code max(x, 0)}. */
public record Relu() implements Layer {
  @Override
  public NDArray forward(NDArray input, boolean training) {
    return Activation.relu(input);
  }

  @Override
  public OnnxValue emit(OnnxEmission onnx, OnnxValue input) {
    return onnx.graph().node("Relu", Map.of(), input);
  }
}
