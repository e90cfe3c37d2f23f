package dev.flipside.models.quantization;

import java.util.stream.IntStream;

/**
 * Rounds each weight of a convolution up or down so that the errors cancel on sampled inputs;
 * rounding to nearest would let them accumulate. One pass of coordinate descent on
 *
 * <pre>‖X (q − w)‖² + λ ‖q − w‖²</pre>
 *
 * <p>per output channel, with inputs X, weights w in units of their scale, and integers q.
 */
final class AdaptiveRounding {
  /** Output channels per block; each block reads the inputs from memory once. */
  private static final int TOGETHER = 8;

  /** λ relative to the mean of ‖x‖²; regularizes inputs that the sample does not cover. */
  private static final float DAMPING = 0.1f;

  private final float[][] inputs;
  private final float[] squares;
  private final float damping;

  /**
   * Creates a rounding for sampled inputs.
   *
   * @param inputs {@code [inputs][samples]}, each input centered over the samples; the bias
   *     correction handles the mean error
   */
  AdaptiveRounding(float[][] inputs) {
    this.inputs = inputs;
    this.squares = new float[inputs.length];
    double sum = 0;
    for (int i = 0; i < inputs.length; i++) {
      squares[i] = dot(inputs[i], inputs[i]);
      sum += squares[i];
    }
    this.damping = Math.max(Float.MIN_NORMAL, (float) (DAMPING * sum / inputs.length));
  }

  /**
   * Improves rounded weights in parallel.
   *
   * @param steps exact weights in units of their scales, {@code [outputs,perOutput]}
   * @param values weights rounded to nearest; updated in place
   * @param perOutput number of weights per output channel
   * @param groups number of groups of the convolution; outputs and inputs are divided into groups
   *     of equal size
   */
  void improve(float[] steps, byte[] values, int perOutput, int groups) {
    int outputs = steps.length / perOutput;
    int perGroup = outputs / groups;
    int blocks = (perGroup + TOGETHER - 1) / TOGETHER;
    IntStream.range(0, groups * blocks)
        .parallel()
        .forEach(
            block -> {
              int group = block / blocks;
              int from = block % blocks * TOGETHER;
              int to = Math.min(perGroup, from + TOGETHER);
              new Block(steps, values, perOutput, group)
                  .improve(group * perGroup + from, group * perGroup + to);
            });
  }

  /** A block of output channels within one group. */
  private final class Block {
    private final float[] steps;
    private final byte[] values;
    private final int perOutput;
    private final int firstInput;

    Block(float[] steps, byte[] values, int perOutput, int group) {
      this.steps = steps;
      this.values = values;
      this.perOutput = perOutput;
      this.firstInput = group * perOutput;
    }

    void improve(int from, int to) {
      float[][] errors = new float[to - from][inputs.length == 0 ? 0 : inputs[0].length];
      for (int i = 0; i < perOutput; i++) {
        for (int output = from; output < to; output++) {
          int at = output * perOutput + i;
          add(errors[output - from], values[at] - steps[at], inputs[firstInput + i]);
        }
      }
      for (int i = 0; i < perOutput; i++) {
        for (int output = from; output < to; output++) {
          int at = output * perOutput + i;
          byte better = better(at, firstInput + i, errors[output - from]);
          if (better != values[at]) {
            add(errors[output - from], better - values[at], inputs[firstInput + i]);
            values[at] = better;
          }
        }
      }
    }

    /** Returns the value that minimizes the error with all other weights fixed. */
    private byte better(int at, int input, float[] error) {
      float off = values[at] - steps[at];
      float move = -(dot(error, inputs[input]) + damping * off) / (squares[input] + damping);
      float lowest = Math.max(-ChannelWeights.LARGEST, (float) Math.floor(steps[at]));
      float highest = Math.min(ChannelWeights.LARGEST, (float) Math.ceil(steps[at]));
      return (byte) Math.max(lowest, Math.min(highest, Math.round(values[at] + move)));
    }
  }

  private static void add(float[] sum, float factor, float[] values) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * values[i];
    }
  }

  /** Eight independent sums, so that additions can overlap. */
  private static float dot(float[] a, float[] b) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int i = 0;
    for (; i + 8 <= a.length; i += 8) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
      s4 += a[i + 4] * b[i + 4];
      s5 += a[i + 5] * b[i + 5];
      s6 += a[i + 6] * b[i + 6];
      s7 += a[i + 7] * b[i + 7];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
  }
}
