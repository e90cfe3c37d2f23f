package dev.flipside.scorer.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TailBoundTest {
  @Test
  void chance_eightErrors_isTheParetoTailBesideTheMedian() {
    TailBound tail = TailBound.of(new double[] {3, -2, -1, 0, 4, 2, 1, -3}, 0.5);

    // Median 0; four excesses, 10 in sum; 5/9 of the errors are expected above.
    assertThat(tail.chance(0)).isEqualTo(1);
    assertThat(tail.chance(10)).isCloseTo(5 / 9.0 / 16, within(1e-12));
    assertThat(tail.reach(5 / 9.0 / 16)).isCloseTo(10, within(1e-9));
  }

  @Test
  void of_errorsOfFewImages_countsTheImagesAndKeepsTheMeanExcess() {
    double[] errors = {3, -2, -1, 0, 4, 2, 1, -3};

    TailBound tail = TailBound.of(errors, new int[] {5, 1, 1, 1, 5, 6, 6, 1}, 0.5);

    // Four excesses of 2.5 on average, from two images.
    assertThat(tail).isEqualTo(new TailBound(0, 2, 5, 5 / 9.0));
    assertThat(tail.chance(10)).isCloseTo(5 / 9.0 / 9, within(1e-12));
  }

  @Test
  void chance_tailBeginsBelowZero_isOneForNoDistance() {
    TailBound tail = TailBound.of(new double[] {-9, -8, -7, -6, -5, -4, -3, -2}, 0.5);

    assertThat(tail.from()).isNegative();
    assertThat(tail.chance(0)).isEqualTo(1);
    assertThat(tail.reach(0.5)).isNotNegative();
  }

  @Test
  void of_sevenErrors_rulesNothingOut() {
    TailBound tail = TailBound.of(new double[] {0, 1, 2, 3, 4, 5, 6}, 0.5);

    assertThat(tail).isSameAs(TailBound.UNKNOWN);
    assertThat(tail.chance(1e9)).isEqualTo(1);
    assertThat(tail.reach(1e-9)).isInfinite();
  }

  @Test
  void of_allErrorsEqual_rulesOutWhatLiesBeyond() {
    TailBound tail = TailBound.of(new double[20], 0.1);

    assertThat(tail.chance(0)).isEqualTo(1);
    assertThat(tail.chance(1e-9)).isZero();
  }

  @Test
  void chance_normalErrors_isNoLessThanHowOftenTheyAreExceeded() {
    Random random = new Random(5);
    double[] errors = new double[300];
    double promised = 0;
    int samples = 400;
    for (int sample = 0; sample < samples; sample++) {
      for (int i = 0; i < errors.length; i++) {
        errors[i] = random.nextGaussian();
      }
      promised += TailBound.of(errors, 0.1).chance(4) / samples;
    }

    // A standard normal variable lies above 4 with a chance of 3.2e-5.
    assertThat(promised).isBetween(3.2e-5, 1e-3);
  }
}
