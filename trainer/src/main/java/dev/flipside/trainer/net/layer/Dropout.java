package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import dev.flipside.models.onnx.OnnxValue;
import java.util.Map;

/**
 * Dropout. It is kept in the exported graph, where it does nothing, so that Bayesian acquisition
 * can switch it on.
 *
 * @param rate fraction of the values that are zeroed in training, 0 to 1
 */
public record Dropout(float rate) implements Layer {
  @Override
  public NDArray forward(NDArray input, boolean training) {
    return ai.djl.nn.norm.Dropout.dropout(input, rate, training).singletonOrThrow();
  }

  @Override
  public OnnxValue emit(OnnxEmission onnx, OnnxValue input) {
    OnnxValue ratio = onnx.constant("ratio", rate);
    return onnx.graph().node("Dropout", Map.of(), input, ratio);
  }
}
