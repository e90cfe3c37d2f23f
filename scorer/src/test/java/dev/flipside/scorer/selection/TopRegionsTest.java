package dev.flipside.scorer.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.Vectors;
import dev.flipside.scorer.scores.RegionScores;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopRegionsTest {
  private static final RegionGrid TWO_BY_TWO = new GridSpec.Counts(2, 2).on(new ImageSize(20, 20));

  @Test
  void ranked_twoImages_ordersByScoreThenImageThenRowThenColumn() {
    TopRegions top = new TopRegions(5);

    top.offer(new RegionScores("b", TWO_BY_TWO, new float[] {1, 2, 2, 0}));
    top.offer(new RegionScores("a", TWO_BY_TWO, new float[] {0, 2, 3, 1}));

    assertThat(names(top.ranked()))
        .containsExactly("a[1,0]", "a[0,1]", "b[0,1]", "b[1,0]", "a[1,1]");
    assertThat(top.ranked().get(0))
        .isEqualTo(
            new SelectedRegion(
                1, new RegionId("a", 1, 0), TWO_BY_TWO.region(1, 0), 3f, TWO_BY_TWO.image()));
    assertThat(top.free()).isEqualTo(8);
  }

  @Test
  void ranked_randomScoresWithTies_equalsSortingEverything() {
    Random random = new Random(5);
    for (int round = 0; round < 50; round++) {
      RegionGrid grid = new GridSpec.RegionSize(3, 4).on(new ImageSize(10, 13));
      List<RegionScores> pool = new ArrayList<>();
      for (int image = 0; image < 20; image++) {
        float[] scores = new float[grid.count()];
        for (int index = 0; index < scores.length; index++) {
          scores[index] = random.nextInt(12) / 4f - 1;
        }
        pool.add(new RegionScores("image" + image, grid, scores));
      }
      Collections.shuffle(pool, random);
      int k = 1 + random.nextInt(100);
      TopRegions top = new TopRegions(k);
      pool.forEach(top::offer);

      assertThat(names(top.ranked())).isEqualTo(naive(pool).subList(0, k));
    }
  }

  @Test
  void merge_anyPartsSentToAnotherProcess_equalsOneCollector() throws Exception {
    Random random = new Random(6);
    for (int round = 0; round < 50; round++) {
      SelectionRules rules =
          round % 2 == 0
              ? SelectionRules.NONE
              : SelectionRules.NONE.withPerImageMax(1 + random.nextInt(4)).withMinDistance(4);
      int k = 1 + random.nextInt(60);
      TopRegions one = new TopRegions(k, rules);
      List<TopRegions> parts = new ArrayList<>();
      for (int part = 0; part < 5; part++) {
        parts.add(new TopRegions(k, rules));
      }
      RegionGrid grid = new GridSpec.RegionSize(3, 4).on(new ImageSize(10, 13));
      for (int image = 0; image < 20; image++) {
        float[] scores = new float[grid.count()];
        for (int index = 0; index < scores.length; index++) {
          scores[index] = random.nextInt(9) / 4f - 1;
        }
        RegionScores offered = new RegionScores("image" + image, grid, scores);
        one.offer(offered);
        parts.get(random.nextInt(parts.size())).offer(offered);
      }

      RankedRegions merged = new TopRegions(k).found();
      for (TopRegions part : parts) {
        merged = sent(part.found()).merge(merged, k);
      }
      TopRegions all = new TopRegions(k, rules);
      all.merge(sent(merged));

      assertThat(all.ranked()).isEqualTo(one.ranked());
      assertThat(all.free()).isEqualTo(one.free());
    }
  }

  @Test
  void merge_sameImageInBothParts_isSelectedOnce() {
    RegionScores scores = new RegionScores("a", TWO_BY_TWO, new float[] {1, 2, 3, 4});
    TopRegions top = new TopRegions(6);
    top.offer(scores);
    top.merge(top.found());

    assertThat(names(top.ranked())).containsExactly("a[1,1]", "a[1,0]", "a[0,1]", "a[0,0]");
  }

  private static RankedRegions sent(RankedRegions regions) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(regions);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (RankedRegions) in.readObject();
    }
  }

  /** Every region, sorted. */
  private static List<String> naive(List<RegionScores> pool) {
    record Scored(RegionId id, float score) {}
    List<Scored> all = new ArrayList<>();
    for (RegionScores scores : pool) {
      for (int row = 0; row < scores.grid().rows(); row++) {
        for (int col = 0; col < scores.grid().cols(); col++) {
          all.add(
              new Scored(
                  new RegionId(scores.image(), row, col),
                  scores.scores()[scores.grid().index(row, col)]));
        }
      }
    }
    all.sort(Comparator.comparingDouble((Scored each) -> -each.score).thenComparing(Scored::id));
    return all.stream().map(each -> each.id.toString()).toList();
  }

  @Test
  void ranked_negativeZero_tiesWithZero() {
    TopRegions top = new TopRegions(4);

    top.offer(new RegionScores("a", TWO_BY_TWO, new float[] {-0f, 0f, -0f, 0f}));

    assertThat(names(top.ranked())).containsExactly("a[0,0]", "a[0,1]", "a[1,0]", "a[1,1]");
  }

  @Test
  void ranked_imageOfferedTwice_takesEachRegionOnce() {
    TopRegions top = new TopRegions(6);
    RegionScores scores = new RegionScores("a", TWO_BY_TWO, new float[] {1, 4, 2, 3});

    top.offer(scores);
    top.offer(scores);

    assertThat(names(top.ranked())).containsExactly("a[0,1]", "a[1,1]", "a[1,0]", "a[0,0]");
  }

  @Test
  void offer_selectTrace_followsReferenceSteps() throws IOException {
    JsonNode trace = Vectors.expected(Vectors.folder("a_entropy/select_trace"));
    RegionGrid grid =
        new RegionGrid(
            new ImageSize(trace.get("image_h").asInt(), trace.get("image_w").asInt()),
            trace.get("region_h").asInt(),
            trace.get("region_w").asInt());
    List<RegionId> selected = new ArrayList<>();

    for (JsonNode step : trace.get("steps")) {
      TopRegions top =
          new TopRegions(trace.get("K").asInt(), SelectionRules.NONE.excluding(selected));
      for (int image = 0; image < trace.get("scores").size(); image++) {
        top.offer(new RegionScores("" + image, grid, flat(trace.get("scores").get(image), grid)));
      }
      List<String> expected = new ArrayList<>();
      step.get("selected")
          .forEach(id -> expected.add(id.get(0) + "[" + id.get(1) + "," + id.get(2) + "]"));
      assertThat(names(top.requireAll())).isEqualTo(expected);
      top.ranked().forEach(each -> selected.add(each.id()));
      assertThat(selected).hasSize(step.get("total_regions").asInt());
      assertThat(
              Budget.regions(
                  trace.get("scores").size(),
                  grid.count(),
                  step.get("budget_fraction_regions").asDouble()))
          .isEqualTo(selected.size());
      assertThat(selected.stream().mapToLong(id -> grid.region(id.row(), id.col()).pixels()).sum())
          .as("regions of the last row and column are smaller")
          .isEqualTo(step.get("labelled_pixels").asLong());
    }
  }

  private static float[] flat(JsonNode rows, RegionGrid grid) {
    float[] scores = new float[grid.count()];
    int index = 0;
    for (JsonNode row : rows) {
      for (JsonNode value : row) {
        scores[index++] = value.floatValue();
      }
    }
    return scores;
  }

  @Test
  void requireAll_moreThanThereAre_namesBothNumbers() {
    TopRegions top =
        new TopRegions(4, SelectionRules.NONE.excluding(List.of(new RegionId("a", 0, 0))));
    top.offer(new RegionScores("a", TWO_BY_TWO, new float[4]));

    assertThatThrownBy(top::requireAll)
        .isInstanceOf(FlipsideException.class)
        .hasMessage("-k 4: only 3 regions are free; ask for at most that many");
  }

  @Test
  void requireAll_noneFree_saysWhy() {
    TopRegions top =
        new TopRegions(1, SelectionRules.NONE.excluding(List.of(new RegionId("a", 0, 0))));

    assertThatThrownBy(top::requireAll)
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("-k 1: no region is free", "score further images");
  }

  @Test
  void offer_excludedRegionOutsideOfGrid_isAnError() {
    TopRegions top =
        new TopRegions(1, SelectionRules.NONE.excluding(List.of(new RegionId("a", 2, 0))));

    assertThatThrownBy(() -> top.offer(new RegionScores("a", TWO_BY_TWO, new float[4])))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("excluded region a[2,0]")
        .hasMessageContaining("2x2 regions");
  }

  @Test
  void ranked_perImageMax_takesTheBestOfEachImage() {
    TopRegions top = new TopRegions(10, SelectionRules.NONE.withPerImageMax(2));

    top.offer(new RegionScores("a", TWO_BY_TWO, new float[] {9, 8, 7, 6}));
    top.offer(new RegionScores("b", TWO_BY_TWO, new float[] {1, 1, 1, 1}));

    assertThat(names(top.ranked())).containsExactly("a[0,0]", "a[0,1]", "b[0,0]", "b[0,1]");
    assertThatThrownBy(top::requireAll).hasMessageContaining("only 4 regions are free");
  }

  @Test
  void ranked_minDistance_skipsNeighborsOfBetterAndOfExcludedRegions() {
    RegionGrid row = new GridSpec.Counts(1, 5).on(new ImageSize(10, 50));
    float[] scores = {5, 4, 3, 2, 1};
    TopRegions top = new TopRegions(3, SelectionRules.NONE.withMinDistance(20));
    top.offer(new RegionScores("a", row, scores));
    assertThat(names(top.ranked())).containsExactly("a[0,0]", "a[0,2]", "a[0,4]");

    TopRegions beside =
        new TopRegions(
            3, SelectionRules.NONE.excluding(List.of(new RegionId("a", 0, 1))).withMinDistance(20));
    beside.offer(new RegionScores("a", row, scores));
    assertThat(names(beside.ranked())).containsExactly("a[0,3]");
  }

  @Test
  void ranked_randomRules_equalsTakingOneByOne() {
    Random random = new Random(8);
    for (int round = 0; round < 200; round++) {
      RegionGrid grid =
          new GridSpec.RegionSize(1 + random.nextInt(6), 1 + random.nextInt(6))
              .on(new ImageSize(5 + random.nextInt(20), 5 + random.nextInt(20)));
      List<RegionScores> pool = new ArrayList<>();
      List<RegionId> excluded = new ArrayList<>();
      for (int image = 0; image < 6; image++) {
        float[] scores = new float[grid.count()];
        for (int index = 0; index < scores.length; index++) {
          scores[index] = random.nextInt(8) / 4f;
          if (random.nextInt(10) == 0) {
            excluded.add(new RegionId("image" + image, index / grid.cols(), index % grid.cols()));
          }
        }
        pool.add(new RegionScores("image" + image, grid, scores));
      }
      Collections.shuffle(pool, random);
      int k = 1 + random.nextInt(30);
      int most = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(4);
      double apart = random.nextBoolean() ? 0 : 10 * random.nextDouble();
      TopRegions top =
          new TopRegions(
              k,
              SelectionRules.NONE.excluding(excluded).withPerImageMax(most).withMinDistance(apart));
      pool.forEach(top::offer);

      assertThat(names(top.ranked()))
          .as("round %s, at most %s, %s px apart", round, most, apart)
          .isEqualTo(oneByOne(pool, k, excluded, most, apart));
    }
  }

  /** Goes down the whole order and takes what the rules still allow. */
  private static List<String> oneByOne(
      List<RegionScores> pool, int k, List<RegionId> excluded, int most, double apart) {
    RegionGrid grid = pool.get(0).grid();
    List<RegionId> order = new ArrayList<>();
    for (String name : naive(pool)) {
      String image = name.substring(0, name.indexOf('['));
      String[] place = name.substring(name.indexOf('[') + 1, name.length() - 1).split(",", -1);
      order.add(new RegionId(image, Integer.parseInt(place[0]), Integer.parseInt(place[1])));
    }
    List<RegionId> taken = new ArrayList<>();
    for (RegionId region : order) {
      long beside = taken.stream().filter(each -> each.image().equals(region.image())).count();
      boolean near =
          java.util.stream.Stream.concat(taken.stream(), excluded.stream())
              .filter(each -> each.image().equals(region.image()))
              .anyMatch(
                  each ->
                      Math.hypot(
                              (each.row() - region.row()) * grid.regionHeight(),
                              (each.col() - region.col()) * grid.regionWidth())
                          < apart);
      if (taken.size() < k && beside < most && !near && !excluded.contains(region)) {
        taken.add(region);
      }
    }
    return taken.stream().map(RegionId::toString).toList();
  }

  private static List<String> names(List<SelectedRegion> selection) {
    return selection.stream().map(each -> each.id().toString()).toList();
  }
}
