package dev.flipside.scorer.acquisition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.scoring.ScoringSpec;
import org.junit.jupiter.api.Test;

class AcquisitionTest {
  @Test
  void parse_everyName_givesAnAcquisitionOfThatName() {
    for (String name : Acquisition.NAMES) {
      Acquisition acquisition = Acquisition.parse(name, 4, 1);

      assertThat(acquisition.name()).isEqualTo(name);
      assertThat(acquisition.head().isEmpty()).isEqualTo(name.equals("random"));
    }
    assertThat(Acquisition.parse("flip-entropy", 1, 0).head()).contains(ScoringSpec.FLIP_ENTROPY);
  }

  @Test
  void parse_unknownName_listsThem() {
    assertThatThrownBy(() -> Acquisition.parse("best", 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("acquisition \"best\": expected one of flip-entropy, entropy");
  }

  @Test
  void parse_committeeOfOne_asksForPasses() {
    assertThatThrownBy(() -> Acquisition.parse("bald", 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give --passes");
  }

  @Test
  void scores_random_areEvenlySpread() {
    float[] scores = Acquisition.random(1).randomScores("a/b.png", 100_000);
    int[] bins = new int[10];
    for (float score : scores) {
      bins[(int) (10 * score)]++;
    }

    for (int count : bins) {
      assertThat(count).isBetween(9_600, 10_400);
    }
    assertThat(Acquisition.random(1).randomScores("a/c.png", 3))
        .isNotEqualTo(Acquisition.random(1).randomScores("a/b.png", 3));
  }
}
