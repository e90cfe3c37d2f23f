package dev.flipside.models.quantization;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.Tensors;
import java.util.List;

/**
 * Weights of a convolution in 8 bits: {@code weight = value * scale} of its output channel, values
 * from -127 to 127.
 *
 * @param values {@code [M,C,kH,kW]}, row-major
 * @param scales {@code [M]}
 * @param shape the shape
 */
@SuppressWarnings("ArrayRecordComponent") // made to be written into a graph, once
record ChannelWeights(byte[] values, float[] scales, List<Long> shape) {
  static final int LARGEST = 127;

  /** A bias is kept this far from the end of int32, for the products are added to it. */
  private static final float LARGEST_BIAS = 1 << 28;

  /**
   * The nearest there are to float32 weights.
   *
   * @param kernel {@code [M,C,kH,kW]}
   * @param bias {@code [M]}, of which the scales must leave room
   * @param inputScale scale of what the weights are multiplied with
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
   * The same weights, each rounded up or down such that errors cancel on inputs that were seen.
   *
   * @param kernel the weights before rounding, {@code [M,C,kH,kW]}
   * @param inputs what the kernel saw; C channels for each group
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
   * What rounding took from each output channel, on average: a rounded weight is off by the same at
   * every pixel, so such errors do not cancel in the mean over a region as those of activations do.
   *
   * @param kernel the weights before rounding, {@code [M,C,kH,kW]}
   * @param inputs what the input's channels are on average; C of them for each group
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

  /** The unit of the products of these weights and their input. */
  float[] productScales(float inputScale) {
    float[] products = scales.clone();
    for (int i = 0; i < products.length; i++) {
      products[i] *= inputScale;
    }
    return products;
  }

  /** A bias in the unit of the products it is added to. */
  int[] bias(float[] bias, float inputScale) {
    float[] units = productScales(inputScale);
    int[] values = new int[bias.length];
    for (int i = 0; i < bias.length; i++) {
      values[i] = Math.round(bias[i] / units[i]);
    }
    return values;
  }
}
