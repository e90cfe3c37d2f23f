package dev.flipside.tools.simulation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import org.junit.jupiter.api.Test;

class ClassDistributionTest {
  @Test
  void entropy_halfAndHalf_isLnTwo() {
    ClassDistribution distribution = new ClassDistribution(ClassMap.CAMVID);
    distribution.add(new LabelMap(new ImageSize(1, 5), new byte[] {3, 3, 8, 8, 11}));

    assertThat(distribution.pixels()[3]).isEqualTo(2);
    assertThat(distribution.entropy()).isCloseTo(Math.log(2), within(1e-12));
  }

  @Test
  void entropy_oneClass_isZero() {
    ClassDistribution distribution = new ClassDistribution(ClassMap.CAMVID);
    distribution.add(new LabelMap(new ImageSize(1, 2), new byte[] {4, 4}));

    assertThat(distribution.entropy()).isZero();
  }

  @Test
  void entropy_nothingLabelled_isNotANumber() {
    ClassDistribution distribution = new ClassDistribution(ClassMap.CAMVID);
    distribution.add(LabelMap.unlabelled(new ImageSize(2, 2), ClassMap.CAMVID));

    assertThat(distribution.entropy()).isNaN();
  }
}
