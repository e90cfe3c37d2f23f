package dev.flipside.scorer.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BudgetTest {
  @Test
  void regions_camVidAtTwelvePercent_is1101() {
    assertThat(Budget.regions(367, 25, 0.12)).isEqualTo(1101);
    assertThat(Budget.regions(367, 25, 0.08)).isEqualTo(734);
  }

  @Test
  void regions_fractionOfARegion_isRoundedDown() {
    assertThat(Budget.regions(1, 3, 0.5)).isEqualTo(1);
    assertThat(Budget.regions(10, 3, 0.1)).isEqualTo(3);
    assertThat(Budget.regions(7, 25, 1)).isEqualTo(175);
    assertThat(Budget.regions(0, 25, 1)).isZero();
  }

  @Test
  void regions_fractionAboveOne_isRefused() {
    assertThatThrownBy(() -> Budget.regions(1, 1, 1.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.1");
  }
}
