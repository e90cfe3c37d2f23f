package dev.flipside.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.RegionId;
import org.junit.jupiter.api.Test;

class RegionSplitTest {
  private static final double THRESHOLD = 0.5428;

  @Test
  void isHeldOut_manyRegions_isTheShareAndTheSameAgain() {
    RegionSplit split = new RegionSplit(0.2);
    int held = 0;
    for (int at = 0; at < 10_000; at++) {
      RegionId region = new RegionId("frame_" + at / 20 + ".png", at % 20 / 5, at % 5);
      boolean once = split.isHeldOut(region);
      assertThat(new RegionSplit(0.2).isHeldOut(region)).isEqualTo(once);
      held += once ? 1 : 0;
    }
    assertThat(held).isBetween(1850, 2150);
  }

  @Test
  void isHeldOut_knownRegion_isDecidedBySha256() {
    // printf a.png.1.2 | sha256sum: the first 64 bits are 0.5428… of their range.
    RegionId region = new RegionId("a.png", 1, 2);
    assertThat(new RegionSplit(THRESHOLD - 0.001).isHeldOut(region)).isFalse();
    assertThat(new RegionSplit(THRESHOLD + 0.001).isHeldOut(region)).isTrue();
  }

  @Test
  void isHeldOut_noShare_none() {
    assertThat(new RegionSplit(0).isHeldOut(new RegionId("a.png", 1, 2))).isFalse();
  }

  @Test
  void toString_share_isInPercent() {
    assertThat(new RegionSplit(0.2).toString()).startsWith("20 % of the labelled regions");
    assertThat(new RegionSplit(0.125).toString()).startsWith("12.5 %");
  }
}
