package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import dev.flipside.models.onnx.OnnxValue;
import java.util.Map;

/**
 * An inverted residual with a linear bottleneck: {@code x + branch(x)} (MobileNetV2).
 *
 * @param branch keeps channels and size
 */
public record InvertedResidual(Sequential branch) implements Layer {
  @Override
  public NDArray forward(NDArray input, boolean training) {
    NDArray sum = branch.forward(input, training);
    return sum.addi(input);
  }

  @Override
  public OnnxValue emit(OnnxEmission onnx, OnnxValue input) {
    return onnx.graph().node("Add", Map.of(), branch.emit(onnx, input), input);
  }
}
