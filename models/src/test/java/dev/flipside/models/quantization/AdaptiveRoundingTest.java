package dev.flipside.models.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AdaptiveRoundingTest {
  private static final int SAMPLES = 100;

  @Test
  void improve_correlatedInputs_errsFarLessThanTheNearest() {
    Random random = new Random(3);
    float[][] inputs = correlated(64, random);
    float[] steps = weights(20 * 64, random);
    byte[] nearest = nearest(steps);
    byte[] improved = nearest.clone();

    new AdaptiveRounding(inputs).improve(steps, improved, 64, 1);

    for (int output = 0; output < 20; output++) {
      assertThat(error(inputs, steps, improved, output * 64, 0, 64))
          .isLessThan(0.5 * error(inputs, steps, nearest, output * 64, 0, 64));
    }
  }

  @Test
  void improve_anyWeights_eachIsRoundedUpOrDown() {
    Random random = new Random(4);
    float[] steps = weights(5 * 32, random);
    steps[0] = 127;
    steps[1] = -127;
    steps[2] = 127.00001f;
    steps[3] = 0;
    byte[] values = nearest(steps);

    new AdaptiveRounding(correlated(32, random)).improve(steps, values, 32, 1);

    for (int i = 0; i < steps.length; i++) {
      assertThat((double) values[i]).isCloseTo(steps[i], within(1.0)).isBetween(-127.0, 127.0);
    }
    assertThat(values[0]).isEqualTo((byte) 127);
    assertThat(values[1]).isEqualTo((byte) -127);
    assertThat(values[3]).isZero();
  }

  @Test
  void improve_groups_areThoseOfConvolutionsOfTheirOwn() {
    Random random = new Random(5);
    float[][] inputs = correlated(24, random);
    float[] steps = weights(30 * 8, random);
    byte[] together = nearest(steps);
    new AdaptiveRounding(inputs).improve(steps, together, 8, 3);

    for (int output = 0; output < 30; output++) {
      int group = output / 10;
      assertThat(error(inputs, steps, together, output * 8, group * 8, 8))
          .isLessThanOrEqualTo(error(inputs, steps, nearest(steps), output * 8, group * 8, 8) + 1);
    }
    // Ten outputs of a group are more than are treated at once.
    byte[] alone = nearest(steps);
    float[][] second = java.util.Arrays.copyOfRange(inputs, 8, 16);
    float[] ofSecond = java.util.Arrays.copyOfRange(steps, 10 * 8, 20 * 8);
    byte[] expected = java.util.Arrays.copyOfRange(alone, 10 * 8, 20 * 8);
    new AdaptiveRounding(second).improve(ofSecond, expected, 8, 1);
    int same = 0;
    for (int i = 0; i < expected.length; i++) {
      same += expected[i] == together[10 * 8 + i] ? 1 : 0;
    }
    // The damping is a mean over all inputs, so a few may tip over.
    assertThat(same).isGreaterThan(70);
  }

  @Test
  void improve_nothingSeen_leavesTheNearest() {
    float[] steps = {1.4f, -0.6f};
    byte[] values = nearest(steps);

    new AdaptiveRounding(new float[2][0]).improve(steps, values, 2, 1);

    assertThat(values).containsExactly(1, -1);
  }

  /** A few factors behind all inputs, as in images. */
  private static float[][] correlated(int count, Random random) {
    float[][] factors = new float[4][SAMPLES];
    for (float[] factor : factors) {
      for (int i = 0; i < SAMPLES; i++) {
        factor[i] = (float) random.nextGaussian();
      }
    }
    float[][] inputs = new float[count][SAMPLES];
    for (float[] input : inputs) {
      for (float[] factor : factors) {
        float share = (float) random.nextGaussian();
        for (int i = 0; i < SAMPLES; i++) {
          input[i] += share * factor[i] + 0.1f * (float) random.nextGaussian();
        }
      }
    }
    return inputs;
  }

  private static float[] weights(int count, Random random) {
    float[] steps = new float[count];
    for (int i = 0; i < count; i++) {
      steps[i] = 254 * random.nextFloat() - 127;
    }
    return steps;
  }

  private static byte[] nearest(float[] steps) {
    byte[] values = new byte[steps.length];
    for (int i = 0; i < steps.length; i++) {
      values[i] = (byte) Math.round(steps[i]);
    }
    return values;
  }

  /** Root of the mean square over the samples, in double precision. */
  private static double error(
      float[][] inputs, float[] steps, byte[] values, int at, int firstInput, int count) {
    double squares = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
      double off = 0;
      for (int i = 0; i < count; i++) {
        off += (values[at + i] - (double) steps[at + i]) * inputs[firstInput + i][sample];
      }
      squares += off * off;
    }
    return Math.sqrt(squares / SAMPLES);
  }
}
