package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import dev.flipside.models.onnx.OnnxValue;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A block of a ResNet: {@code max(0, branch(x) + shortcut(x))}.
 *
 * @param branch two or three normalized convolutions
 * @param shortcut a normalized 1x1 convolution where size or channels change, null for the identity
 */
public record ResidualBlock(Sequential branch, @Nullable NormalizedConvolution shortcut)
    implements Layer {
  @Override
  public NDArray forward(NDArray input, boolean training) {
    try (NDArray sum = branch.forward(input, training)) {
      if (shortcut == null) {
        sum.addi(input);
      } else {
        try (NDArray projected = shortcut.forward(input, training)) {
          sum.addi(projected);
        }
      }
      return Activation.relu(sum);
    }
  }

  @Override
  public OnnxValue emit(OnnxEmission onnx, OnnxValue input) {
    OnnxValue left = branch.emit(onnx, input);
    OnnxValue right = shortcut == null ? input : shortcut.emit(onnx, input);
    OnnxValue sum = onnx.graph().node("Add", Map.of(), left, right);
    return onnx.graph().node("Relu", Map.of(), sum);
  }
}
