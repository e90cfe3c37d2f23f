package dev.flipside.models.quantization;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.Tensors;
import java.util.List;

/**
 * Int8 weights of a convolution: {@code weight = value * scale} with one scale per output channel
 * and values from -127 to 127.
 *
 * @param values {@code [M,C,kH,kW]}, row-major
 * @param scales {@code [M]}
 * @param shape shape of the weights
 */
@SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
record ChannelWeights(byte[] values, float[] scales, List<Long> shape) {
  static final int LARGEST = 127;

  /** Limit for quantized biases, so that adding the products does not overflow int32. */
  private static final float LARGEST_BIAS = 1 << 28;

  /**
   * Quantizes float32 weights, rounding to nearest.
   *
   * @param kernel {@code [M,C,kH,kW]}
   * @param bias {@code [M]}; a large bias increases the scale of its channel
   * @param inputScale scale of the quantized input
   */
  static ChannelWeights of(TensorProto kernel, float[] bias, float inputScale) {
    float[] weights = Tensors.floats(kernel);
    float[] scales = new float[Math.toIntExact(kernel.getDims(0))];
    byte[] values = new byte[weights.length];
    int perChannel = weights.length / Math.max(1, scales.length);
    for (int channel = 0; channel < scales.length; channel++) {
      float largest = 0;
      for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
        largest = Math.max(largest, Math.abs(weights[i]));
      }
      float scale =
          Math.max(largest / LARGEST, Math.abs(bias[channel]) / inputScale / LARGEST_BIAS);
      scales[channel] = scale >= Float.MIN_NORMAL ? scale : 1;
      for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
        values[i] = (byte) Math.round(weights[i] / scales[channel]);
      }
    }
    return new ChannelWeights(values, scales, kernel.getDimsList());
  }

  /**
   * Returns weights with adaptive rounding, so that errors cancel on sampled inputs.
   *
   * @param kernel weights before rounding, {@code [M,C,kH,kW]}
   * @param inputs sampled inputs of the convolution, C channels per group
   */
  ChannelWeights fitted(TensorProto kernel, InputPatches inputs) {
    float[] steps = Tensors.floats(kernel);
    int perOutput = steps.length / scales.length;
    for (int i = 0; i < steps.length; i++) {
      steps[i] /= scales[i / perOutput];
    }
    byte[] fitted = values.clone();
    float[][] seen = inputs.centred();
    new AdaptiveRounding(seen).improve(steps, fitted, perOutput, seen.length / perOutput);
    return new ChannelWeights(fitted, scales, shape);
  }

  /**
   * Returns the mean rounding error of each output channel. Weight errors are the same at every
   * pixel, so unlike activation errors they do not cancel in the mean over a region.
   *
   * @param kernel weights before rounding, {@code [M,C,kH,kW]}
   * @param inputs mean of the input channels, C channels per group
   * @return {@code [M]}, to be added to the bias
   */
  double[] biasCorrection(TensorProto kernel, ChannelStatistics inputs) {
    float[] exact = Tensors.floats(kernel);
    int perGroup = Math.toIntExact(shape.get(1));
    int taps = exact.length / scales.length / perGroup;
    int groups = inputs.channels() / perGroup;
    double[] biasCorrection = new double[scales.length];
    int at = 0;
    for (int output = 0; output < scales.length; output++) {
      int first = output / (scales.length / groups) * perGroup;
      for (int input = 0; input < perGroup; input++) {
        double lost = 0;
        for (int tap = 0; tap < taps; tap++, at++) {
          lost += exact[at] - (double) values[at] * scales[output];
        }
        biasCorrection[output] += lost * inputs.mean(first + input);
      }
    }
    return biasCorrection;
  }

  /** Returns the scales of the products of weights and input. */
  float[] productScales(float inputScale) {
    float[] products = scales.clone();
    for (int i = 0; i < products.length; i++) {
      products[i] *= inputScale;
    }
    return products;
  }

  /** Returns a bias in units of the product scales. */
  int[] bias(float[] bias, float inputScale) {
    float[] units = productScales(inputScale);
    int[] values = new int[bias.length];
    for (int i = 0; i < bias.length; i++) {
      values[i] = Math.round(bias[i] / units[i]);
    }
    return values;
  }
}
