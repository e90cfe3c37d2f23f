package dev.flipside.scorer.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CascadePolicyTest {
  private static final RegionGrid GRID = new GridSpec.Counts(2, 2).on(new ImageSize(20, 20));
  private static final int IMAGES = 400;

  @Test
  void next_sameSeed_asksForTheSameImages() {
    assertThat(order(new CascadePolicy(4, SelectionRules.NONE, 0.01, false, 8, 1)))
        .isEqualTo(order(new CascadePolicy(4, SelectionRules.NONE, 0.01, false, 8, 1)))
        .isNotEqualTo(order(new CascadePolicy(4, SelectionRules.NONE, 0.01, false, 8, 2)));
  }

  private static List<String> order(CascadePolicy search) {
    for (int i = 0; i < 100; i++) {
      search.estimate(scores("image" + i, i));
    }
    return search.next(8).images();
  }

  @Test
  void next_estimatesAreExact_leavesMostOut() {
    List<RegionScores> pool = pool(new Random(3));

    CascadePolicy found = search(pool, pool, 10, SelectionRules.NONE, 0.01);

    assertThat(found.top().ranked()).isEqualTo(naive(pool, 10, SelectionRules.NONE));
    assertThat(found.exactCount()).isLessThan(40);
  }

  @Test
  void next_tiesWithTheLastOfTheBest_areScored() {
    CascadePolicy search = new CascadePolicy(1, SelectionRules.NONE, 0.5, false, 8, 0);
    for (int i = 0; i < 30; i++) {
      search.estimate(scores("image" + i, 1));
    }

    drain(search, image -> scores(image, 1));

    assertThat(search.exactCount()).isEqualTo(30);
  }

  @Test
  void next_unknownImage_isScored() {
    CascadePolicy search = new CascadePolicy(1, SelectionRules.NONE, 0.5, false, 8, 0);
    for (int i = 0; i < 100; i++) {
      search.estimate(scores("image" + i, i));
    }
    search.unknown("dark horse");

    drain(
        search,
        image ->
            scores(image, image.startsWith("image") ? Float.parseFloat(image.substring(5)) : 1e6f));

    assertThat(search.top().ranked().get(0).id().image()).isEqualTo("dark horse");
    assertThat(search.exactCount()).isLessThan(20);
  }

  @Test
  void next_failures_areNoRank() {
    CascadePolicy search = new CascadePolicy(1, SelectionRules.NONE, 0.5, false, 8, 0);
    for (int i = 0; i < 100; i++) {
      search.estimate(scores("image" + i, i));
    }

    for (var next = search.next(3); !next.images().isEmpty(); next = search.next(3)) {
      for (String image : next.images()) {
        float score = Float.parseFloat(image.substring(5));
        search.scored(
            Fidelity.EXACT, score > 97 ? new ImageFailure(image, "gone") : scores(image, score));
      }
    }

    assertThat(search.top().ranked().get(0).id().image()).isEqualTo("image97");
  }

  @Test
  void next_fewerRegionsThanK_scoresAll() {
    CascadePolicy search = new CascadePolicy(1000, SelectionRules.NONE, 0.5, false, 8, 0);
    for (int i = 0; i < 100; i++) {
      search.estimate(scores("image" + i, i));
    }

    drain(search, image -> scores(image, 0));

    assertThat(search.exactCount()).isEqualTo(100);
  }

  @Test
  void next_normalErrors_missesNoMoreOftenThanTheRisk() {
    Random random = new Random(11);
    Trials trials = trials(random, () -> 0.02 * random.nextGaussian(), 0.05);

    assertThat(trials.wrong).isLessThanOrEqualTo(15);
    assertThat(trials.scored).isLessThan(IMAGES / 3.0);
  }

  @Test
  void next_errorsOfAnImageAlike_missesNoMoreOftenThanTheRisk() {
    Random random = new Random(21);
    int wrong = 0;
    int scored = 0;
    for (int trial = 0; trial < 200; trial++) {
      List<RegionScores> exact = pool(random);
      List<RegionScores> estimates = new ArrayList<>();
      for (RegionScores each : exact) {
        double common = 0.02 * random.nextGaussian();
        estimates.addAll(disturbed(List.of(each), () -> common + 0.005 * random.nextGaussian()));
      }
      CascadePolicy found = search(exact, estimates, 40, SelectionRules.NONE, 0.05);
      scored += found.exactCount();
      if (!found.top().ranked().equals(naive(exact, 40, SelectionRules.NONE))) {
        wrong++;
      }
    }

    assertThat(wrong).isLessThanOrEqualTo(15);
    assertThat(scored / 200.0).isLessThan(IMAGES / 3.0);
  }

  @Test
  void next_errorsGrowWithTheScoreAndALargeBudget_missesNoMoreOftenThanTheRisk() {
    Random random = new Random(22);
    int wrong = 0;
    for (int trial = 0; trial < 100; trial++) {
      List<RegionScores> exact = pool(random);
      List<RegionScores> estimates = new ArrayList<>();
      for (RegionScores each : exact) {
        float[] scores = each.scores().clone();
        for (int region = 0; region < scores.length; region++) {
          scores[region] *= (float) (1 + 0.03 * random.nextGaussian());
        }
        estimates.add(new RegionScores(each.image(), each.grid(), scores));
      }
      int k = IMAGES * 4 * 12 / 100;
      CascadePolicy found = search(exact, estimates, k, SelectionRules.NONE, 0.05);
      if (!found.top().ranked().equals(naive(exact, k, SelectionRules.NONE))) {
        wrong++;
      }
    }

    assertThat(wrong).isLessThanOrEqualTo(8);
  }

  @Test
  void next_exponentialErrors_missesNoMoreOftenThanTheRisk() {
    Random random = new Random(12);
    Trials trials = trials(random, () -> -0.02 * Math.log(1 - random.nextDouble()), 0.05);

    assertThat(trials.wrong).isLessThanOrEqualTo(15);
    assertThat(trials.scored).isLessThan(IMAGES / 2.0);
  }

  @Test
  void next_refinable_findsTheSelectionWithFewerExactScoresThanFromFirstEstimates() {
    Random random = new Random(17);
    int rough = 0;
    int exactly = 0;
    int refined = 0;
    int wrong = 0;
    int needed = 0;
    for (int trial = 0; trial < 50; trial++) {
      List<RegionScores> exact = pool(random);
      List<RegionScores> better = disturbed(exact, () -> 0.005 * random.nextGaussian());
      List<RegionScores> first = disturbed(better, () -> 0.1 * random.nextGaussian());
      rough += search(exact, first, 20, SelectionRules.NONE, 0.01).exactCount();
      CascadePolicy found = refining(exact, better, first, 0.01);
      exactly += found.exactCount();
      refined += found.refinedCount();
      needed +=
          (int) found.top().ranked().stream().map(region -> region.id().image()).distinct().count();
      if (!found.top().ranked().equals(naive(exact, 20, SelectionRules.NONE))) {
        wrong++;
      }
    }

    assertThat(wrong).isLessThanOrEqualTo(2);
    assertThat(exactly).isLessThan(rough / 2);
    // A refinement costs a seventh of an exact score.
    assertThat(exactly + refined / 7.0).isLessThan(0.75 * rough);
    assertThat(refined).isLessThan(50 * IMAGES * 4 / 5);
    // Beside those in which the best lie and the 20 that are drawn: a few that might have been.
    assertThat(exactly).isLessThan(needed + 50 * (20 + 5));
  }

  @Test
  void next_refinedErrorsOfHalfTheSize_missesNoMoreOftenThanTheRisk() {
    Random random = new Random(20);
    int wrong = 0;
    for (int trial = 0; trial < 200; trial++) {
      List<RegionScores> exact = pool(random);
      List<RegionScores> better = disturbed(exact, () -> 0.02 * random.nextGaussian());
      List<RegionScores> first =
          disturbed(better, () -> -0.04 * Math.log(1 - random.nextDouble()) - 0.04);
      CascadePolicy found = refining(exact, better, first, 0.05);
      if (!found.top().ranked().equals(naive(exact, 20, SelectionRules.NONE))) {
        wrong++;
      }
    }

    // 10 expected at most.
    assertThat(wrong).isLessThanOrEqualTo(15);
  }

  @Test
  void next_estimatesOnAnotherScale_followsTheLine() {
    Random random = new Random(18);
    List<RegionScores> exact = pool(random);
    List<RegionScores> scaled = new ArrayList<>();
    for (RegionScores each : disturbed(exact, () -> 0.01 * random.nextGaussian())) {
      float[] scores = each.scores();
      for (int region = 0; region < scores.length; region++) {
        scores[region] = 3 + 0.25f * scores[region];
      }
      scaled.add(new RegionScores(each.image(), each.grid(), scores));
    }

    CascadePolicy found = search(exact, scaled, 20, SelectionRules.NONE, 0.01);

    assertThat(found.top().ranked()).isEqualTo(naive(exact, 20, SelectionRules.NONE));
    assertThat(found.exactCount()).isLessThan(IMAGES / 3);
  }

  @Test
  void next_oneInFiveImagesBadlyUnderestimated_isNoticedInTheSample() {
    Random random = new Random(19);
    int wrong = 0;
    for (int trial = 0; trial < 40; trial++) {
      List<RegionScores> exact = pool(random);
      List<RegionScores> estimates = new ArrayList<>();
      for (RegionScores each : exact) {
        boolean bad = random.nextInt(5) == 0;
        estimates.add(
            disturbed(List.of(each), () -> (bad ? 0.5 : 0) + 0.01 * random.nextGaussian()).get(0));
      }
      CascadePolicy found = search(exact, estimates, 20, SelectionRules.NONE, 0.01);
      if (!found.top().ranked().equals(naive(exact, 20, SelectionRules.NONE))) {
        wrong++;
      }
    }

    // Of 20 images drawn none is bad in 1 of 87 pools.
    assertThat(wrong).isLessThanOrEqualTo(3);
  }

  @Test
  void next_refinementFails_scoresTheImageExactly() {
    CascadePolicy search = new CascadePolicy(1, SelectionRules.NONE, 0.01, true, 8, 0);
    for (int i = 0; i < 60; i++) {
      search.estimate(scores("image" + i, i));
    }
    List<String> exactly = new ArrayList<>();

    for (var next = search.next(3); !next.images().isEmpty(); next = search.next(3)) {
      for (String image : next.images()) {
        ImageResult result = scores(image, Float.parseFloat(image.substring(5)));
        if (next.fidelity() == Fidelity.REFINED) {
          search.scored(
              Fidelity.REFINED,
              image.equals("image59") ? new ImageFailure(image, "no memory") : result);
        } else {
          exactly.add(image);
          search.scored(Fidelity.EXACT, result);
        }
      }
    }

    assertThat(exactly).contains("image59").doesNotHaveDuplicates();
    assertThat(search.top().ranked().get(0).id().image()).isEqualTo("image59");
    assertThat(search.exactCount()).isLessThan(20);
  }

  @Test
  void scored_imageThatWasNotTold_isRefused() {
    CascadePolicy search = new CascadePolicy(1, SelectionRules.NONE, 0.5, false, 8, 0);

    assertThatThrownBy(() -> search.scored(Fidelity.EXACT, scores("stranger", 1)))
        .hasMessageContaining("stranger");
  }

  @Test
  void next_rules_findsTheSelectionUnderThem() {
    Random random = new Random(13);
    List<RegionScores> exact = pool(random);
    SelectionRules rules =
        SelectionRules.NONE
            .withPerImageMax(1)
            .excluding(
                naive(exact, 30, SelectionRules.NONE).stream().map(SelectedRegion::id).toList());
    List<RegionScores> estimates = disturbed(exact, () -> 0.01 * random.nextGaussian());

    CascadePolicy found = search(exact, estimates, 20, rules, 0.01);

    assertThat(found.top().ranked()).isEqualTo(naive(exact, 20, rules));
    assertThat(found.exactCount()).isLessThan(IMAGES / 2);
  }

  @Test
  void estimate_excludedAltogether_isNeverAskedFor() {
    CascadePolicy search =
        new CascadePolicy(
            1,
            SelectionRules.NONE.excluding(
                List.of(
                    new RegionId("a", 0, 0),
                    new RegionId("a", 0, 1),
                    new RegionId("a", 1, 0),
                    new RegionId("a", 1, 1))),
            0.5,
            false,
            8,
            0);
    search.estimate(scores("a", 9));
    search.estimate(scores("b", 1));

    assertThat(search.next(10).images()).containsExactly("b");
  }

  @Test
  void estimate_toldTwice_isRefused() {
    CascadePolicy search = new CascadePolicy(1, SelectionRules.NONE, 0.5, false, 8, 0);
    search.unknown("a");

    assertThatThrownBy(() -> search.estimate(scores("a", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("added twice");
  }

  private record Trials(int wrong, double scored) {}

  /** 200 pools: in how many the selection is not the exact one, and how many images it took. */
  private static Trials trials(Random random, DoubleSupplier error, double risk) {
    int wrong = 0;
    int scored = 0;
    for (int trial = 0; trial < 200; trial++) {
      List<RegionScores> exact = pool(random);
      CascadePolicy found = search(exact, disturbed(exact, error), 40, SelectionRules.NONE, risk);
      scored += found.exactCount();
      if (!found.top().ranked().equals(naive(exact, 40, SelectionRules.NONE))) {
        wrong++;
      }
    }
    return new Trials(wrong, scored / 200.0);
  }

  private static CascadePolicy search(
      List<RegionScores> exact,
      List<RegionScores> estimates,
      int k,
      SelectionRules rules,
      double risk) {
    CascadePolicy order = new CascadePolicy(k, rules, risk, false, 20, 7);
    estimates.forEach(order::estimate);
    drain(order, byImage(exact)::get);
    return order;
  }

  private static CascadePolicy refining(
      List<RegionScores> exact, List<RegionScores> better, List<RegionScores> first, double risk) {
    CascadePolicy order = new CascadePolicy(20, SelectionRules.NONE, risk, true, 20, 7);
    first.forEach(order::estimate);
    Map<String, RegionScores> truths = byImage(exact);
    Map<String, RegionScores> refined = byImage(better);
    for (var next = order.next(4); !next.images().isEmpty(); next = order.next(4)) {
      Fidelity fidelity = next.fidelity();
      Map<String, RegionScores> known = fidelity == Fidelity.EXACT ? truths : refined;
      next.images()
          .forEach(image -> order.scored(fidelity, Objects.requireNonNull(known.get(image))));
    }
    return order;
  }

  private static Map<String, RegionScores> byImage(List<RegionScores> scores) {
    Map<String, RegionScores> byImage = new HashMap<>();
    scores.forEach(each -> byImage.put(each.image(), each));
    return byImage;
  }

  private static void drain(CascadePolicy search, Function<String, RegionScores> exact) {
    for (var next = search.next(2); !next.images().isEmpty(); next = search.next(2)) {
      assertThat(next.fidelity()).isEqualTo(Fidelity.EXACT);
      next.images().forEach(image -> search.scored(Fidelity.EXACT, exact.apply(image)));
    }
  }

  private static List<SelectedRegion> naive(List<RegionScores> pool, int k, SelectionRules rules) {
    TopRegions top = new TopRegions(k, rules);
    pool.forEach(top::offer);
    return top.ranked();
  }

  /** Images whose regions lie about a level of their own. */
  private static List<RegionScores> pool(Random random) {
    List<RegionScores> pool = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      double level = 0.5 + 0.3 * random.nextGaussian();
      float[] scores = new float[4];
      for (int region = 0; region < 4; region++) {
        scores[region] = (float) (level + 0.1 * random.nextGaussian());
      }
      pool.add(new RegionScores("image" + i, GRID, scores));
    }
    return pool;
  }

  private static List<RegionScores> disturbed(List<RegionScores> pool, DoubleSupplier error) {
    List<RegionScores> disturbed = new ArrayList<>();
    for (RegionScores scores : pool) {
      float[] estimates = scores.scores().clone();
      for (int region = 0; region < estimates.length; region++) {
        estimates[region] -= (float) error.getAsDouble();
      }
      disturbed.add(new RegionScores(scores.image(), scores.grid(), estimates));
    }
    return disturbed;
  }

  private static RegionScores scores(String image, float best) {
    return new RegionScores(image, GRID, new float[] {best - 3, best, best - 1, best - 2});
  }
}
