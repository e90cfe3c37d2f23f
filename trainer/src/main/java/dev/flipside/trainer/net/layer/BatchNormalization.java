package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.norm.BatchNorm;
import dev.flipside.models.onnx.OnnxValue;
import java.util.Map;

/**
 * Batch normalization over N, H and W: {@code (x - mean) / sqrt(variance + epsilon) * weight +
 * bias}. In training the statistics are those of the batch, and a tenth of them (the variance
 * unbiased) enters the running ones.
 *
 * @param weight {@code [C]}
 * @param bias {@code [C]}
 * @param mean {@code [C]}, running
 * @param variance {@code [C]}, running
 * @param epsilon added to the variance
 */
public record BatchNormalization(
    Parameter weight, Parameter bias, Parameter mean, Parameter variance, float epsilon)
    implements Layer {
  private static final float KEPT = 0.9f;

  @Override
  public NDArray forward(NDArray input, boolean training) {
    // -1 is the engine's direct path for [N,C,H,W]; naming axis 1 would swap it with itself, twice.
    return BatchNorm.batchNorm(
            input,
            mean.value(),
            variance.value(),
            weight.value(),
            bias.value(),
            -1,
            KEPT,
            epsilon,
            training)
        .singletonOrThrow();
  }

  @Override
  public OnnxValue emit(OnnxEmission onnx, OnnxValue input) {
    return onnx.graph()
        .node(
            "BatchNormalization",
            Map.of("epsilon", epsilon),
            input,
            onnx.initializer(weight),
            onnx.initializer(bias),
            onnx.initializer(mean),
            onnx.initializer(variance));
  }
}
