package dev.flipside.models.precision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Float16Test {
  private static final int INFINITY = 0x7C00;

  @Test
  void toFloat_everyNumber_isWhatItsBitsSay() {
    for (int bits = 0; bits < INFINITY; bits++) {
      int exponent = bits >> 10;
      double fraction = (bits & 0x3FF) / 1024.0;
      double expected =
          exponent == 0 ? Math.scalb(fraction, -14) : Math.scalb(1 + fraction, exponent - 15);

      assertThat((double) Float16.toFloat((short) bits)).isEqualTo(expected);
      assertThat((double) Float16.toFloat((short) (bits | 0x8000))).isEqualTo(-expected);
    }
    assertThat(Float16.toFloat((short) INFINITY)).isInfinite().isPositive();
    assertThat(Float16.toFloat((short) 0xFC00)).isInfinite().isNegative();
    assertThat(Float16.toFloat((short) 0x7C01)).isNaN();
  }

  @Test
  void of_everyNumber_isItself() {
    for (int bits = 0; bits <= INFINITY; bits++) {
      assertThat(Float16.of(Float16.toFloat((short) bits))).isEqualTo((short) bits);
      short negative = (short) (bits | 0x8000);
      assertThat(Float16.of(Float16.toFloat(negative))).isEqualTo(negative);
    }
  }

  @Test
  void of_betweenEveryTwoNeighbours_isTheNearerOrTheEvenOne() {
    for (int lower = 0; lower + 1 < INFINITY; lower++) {
      // Exact: float32 has bits to spare for what lies in the middle.
      float middle = (Float16.toFloat((short) lower) + Float16.toFloat((short) (lower + 1))) / 2;
      int even = lower % 2 == 0 ? lower : lower + 1;

      assertThat(Float16.of(Math.nextDown(middle))).isEqualTo((short) lower);
      assertThat(Float16.of(middle)).isEqualTo((short) even);
      assertThat(Float16.of(Math.nextUp(middle))).isEqualTo((short) (lower + 1));
      assertThat(Float16.of(-middle)).isEqualTo((short) (even | 0x8000));
    }
  }

  @Test
  void of_knownNumbers_haveTheBitsOfTheStandard() {
    assertThat(Float16.of(1)).isEqualTo((short) 0x3C00);
    assertThat(Float16.of(-2)).isEqualTo((short) 0xC000);
    assertThat(Float16.of(1f / 3)).isEqualTo((short) 0x3555);
    assertThat(Float16.of(-0f)).isEqualTo((short) 0x8000);
    assertThat(Float16.of(0x1p-24f)).isEqualTo((short) 1);
    assertThat(Float16.of(0x1p-25f)).isEqualTo((short) 0);
    assertThat(Float16.of(Float.MIN_VALUE)).isEqualTo((short) 0);
    assertThat(Float16.of(Math.nextDown(0x1p-14f))).isEqualTo((short) 0x400);
  }

  @Test
  void of_tooLarge_isInfinite() {
    assertThat(Float16.of(Math.nextDown(65520f))).isEqualTo((short) 0x7BFF);
    assertThat(Float16.of(65520)).isEqualTo((short) INFINITY);
    assertThat(Float16.of(-Float.MAX_VALUE)).isEqualTo((short) 0xFC00);
    assertThat(Float16.of(Float.POSITIVE_INFINITY)).isEqualTo((short) INFINITY);
  }

  @Test
  void of_notANumber_staysNone() {
    assertThat(Float16.toFloat(Float16.of(Float.NaN))).isNaN();
    assertThat(Float16.toFloat(Float16.of(Float.intBitsToFloat(0xFF800001)))).isNaN();
  }

  @Test
  void holds_edges_areTheLargestNumbers() {
    assertThat(Float16.holds(65504)).isTrue();
    assertThat(Float16.holds(-65504)).isTrue();
    assertThat(Float16.holds(Math.nextUp(65504f))).isFalse();
    assertThat(Float16.holds(Float.NEGATIVE_INFINITY)).isFalse();
    assertThat(Float16.holds(Float.NaN)).isFalse();
  }
}
