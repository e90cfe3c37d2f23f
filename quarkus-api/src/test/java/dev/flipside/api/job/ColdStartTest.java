package dev.flipside.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.scores.RegionScores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ColdStartTest {
  private static final int IMAGES = 1000;
  private static final RegionGrid GRID = new GridSpec.Counts(4, 5).on(new ImageSize(120, 160));

  private record Ranked(int image, int region, float score) {}

  private static List<Ranked> best(int count) {
    List<Ranked> all = new ArrayList<>();
    for (int image = 0; image < IMAGES; image++) {
      RegionScores scores = ColdStart.scores("frame_" + image + ".png", image, GRID);
      for (int region = 0; region < GRID.count(); region++) {
        all.add(new Ranked(image, region, scores.scores()[region]));
      }
    }
    all.sort(Comparator.comparingDouble(Ranked::score).reversed());
    return all.subList(0, count);
  }

  @Test
  void scores_oneImage_areAllDifferentAndTheSameAgain() {
    RegionScores scores = ColdStart.scores("a.png", 7, GRID);
    Set<Float> values = new HashSet<>();
    for (float each : scores.scores()) {
      values.add(each);
    }
    assertThat(values).hasSize(GRID.count());
    assertThat(ColdStart.scores("a.png", 7, GRID)).isEqualTo(scores);
  }

  @Test
  void best_asManyAsImages_areOneOfEachImage() {
    assertThat(best(IMAGES)).extracting(Ranked::image).doesNotHaveDuplicates();
  }

  @Test
  void best_few_leaveNoLargeGapInThePoolAndTakeManyPlaces() {
    List<Ranked> first = best(20);
    List<Integer> images = first.stream().map(Ranked::image).sorted().toList();
    for (int at = 1; at < images.size(); at++) {
      // Evenly spaced ones would be 50 apart.
      assertThat(images.get(at) - images.get(at - 1)).isBetween(15, 110);
    }
    assertThat(first.stream().map(Ranked::region).distinct().count()).isGreaterThan(7);
  }
}
