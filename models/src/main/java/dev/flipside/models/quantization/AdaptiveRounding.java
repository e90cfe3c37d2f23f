package dev.flipside.models.quantization;

import java.util.stream.IntStream;

/**
 * Rounds every weight of a convolution up or down such that the errors cancel on inputs that were
 * seen, where rounding each to the nearest lets them add up: coordinate descent, one pass, on
 *
 * <pre>‖X (q − w)‖² + λ ‖q − w‖²</pre>
 *
 * for each output channel, with the inputs X, the weights w in steps of their scale, and q whole.
 */
final class AdaptiveRounding {
  /** Output channels treated at once: the inputs are read from memory once for all of them. */
  private static final int TOGETHER = 8;

  /** λ as a share of the mean of ‖x‖², so that what the sample does not show counts as well. */
  private static final float DAMPING = 0.1f;

  private final float[][] inputs;
  private final float[] squares;
  private final float damping;

  /**
   * A rounding for some inputs.
   *
   * @param inputs {@code [inputs][samples]}, each less its mean over the samples: the bias takes
   *     what an error amounts to on average
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
   * Rounds the weights anew, on all cores.
   *
   * @param steps the exact weights in steps of their scales, {@code [outputs,perOutput]}
   * @param values those rounded to the nearest, which are improved in place
   * @param perOutput how many weights an output channel has
   * @param groups the outputs come in so many groups of one size, as do the inputs they read
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

  /** Some output channels of one group. */
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

    /** The value with the least error while all others stay as they are. */
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

  /** In eight sums, of which none waits for another. */
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
