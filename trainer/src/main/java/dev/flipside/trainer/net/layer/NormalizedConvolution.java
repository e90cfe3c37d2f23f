package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import dev.flipside.models.onnx.OnnxValue;

/** A convolution without bias, then batch normalization; one convolution with bias where folded. */
public record NormalizedConvolution(Convolution convolution, BatchNormalization norm)
    implements Layer {
  @Override
  public NDArray forward(NDArray input, boolean training) {
    try (NDArray features = convolution.forward(input, training)) {
      return norm.forward(features, training);
    }
  }

  @Override
  public OnnxValue emit(OnnxEmission onnx, OnnxValue input) {
    return onnx.foldBatchNorm()
        ? emitFolded(onnx, input)
        : norm.emit(onnx, convolution.emit(onnx, input));
  }

  private OnnxValue emitFolded(OnnxEmission onnx, OnnxValue input) {
    Parameter kernel = convolution.weight();
    float[] folded = kernel.values();
    float[] scale = norm.weight().values();
    float[] bias = norm.bias().values();
    float[] mean = norm.mean().values();
    float[] variance = norm.variance().values();
    int taps = folded.length / scale.length;
    for (int out = 0; out < scale.length; out++) {
      double factor = scale[out] / Math.sqrt((double) variance[out] + norm.epsilon());
      for (int tap = 0; tap < taps; tap++) {
        folded[out * taps + tap] = (float) (folded[out * taps + tap] * factor);
      }
      bias[out] = (float) (bias[out] - mean[out] * factor);
    }
    return convolution.emit(
        onnx,
        input,
        onnx.graph().initializer(kernel.name(), folded, kernel.shape()),
        onnx.graph().initializer(norm.bias().name(), bias, bias.length));
  }
}
