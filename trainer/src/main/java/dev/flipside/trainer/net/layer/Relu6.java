package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.trainer.engine.TorchScript;
import java.util.Map;

/** {@code min(max(x, 0), 6)}. */
public record Relu6() implements Layer {
  @Override
  public NDArray forward(NDArray input, boolean training) {
    return training ? Scripted.HARDTANH.call(input) : input.clip(0, 6);
  }

  @Override
  public OnnxValue emit(OnnxEmission onnx, OnnxValue input) {
    OnnxValue low = onnx.constant("relu6.min", 0);
    OnnxValue high = onnx.constant("relu6.max", 6);
    return onnx.graph().node("Clip", Map.of(), input, low, high);
  }

  /** The gradient is one fused kernel; that of {@code clip} takes four kernels and three masks. */
  private static final class Scripted {
    static final TorchScript HARDTANH =
        TorchScript.function("x: Tensor", "torch.hardtanh(x, 0., 6.)");
  }
}
