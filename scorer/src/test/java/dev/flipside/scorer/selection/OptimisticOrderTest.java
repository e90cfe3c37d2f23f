package dev.flipside.scorer.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flipside.models.vocab.GridSpec;
import dev.flipside.models.vocab.ImageSize;
import dev.flipside.models.vocab.RegionGrid;
import dev.flipside.models.vocab.RegionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OptimisticOrderTest {
  private static final RegionGrid GRID = new GridSpec.Counts(2, 2).on(new ImageSize(20, 20));
  private static final int IMAGES = 400;

  @Test
  void chance_eightErrors_isTheParetoTailBesideTheMedian() {
    ErrorBound errors = new ErrorBound();
    for (double error : new double[] {-3, -2, -1, 0, 1, 2, 3, 4}) {
      errors.addDrawn(error);
    }

    ErrorBound.Tails tails = errors.tails();

    // Median 0; four excesses, 10 in sum; 5/9 of the errors are expected above.
    assertThat(tails.chance(0)).isEqualTo(1);
    assertThat(tails.chance(10)).isCloseTo(5 / 9.0 / 16, within(1e-12));
    assertThat(tails.reach(5 / 9.0 / 16)).isCloseTo(10, within(1e-9));
  }

  @Test
  void chance_sevenErrors_saysNothing() {
    ErrorBound errors = new ErrorBound();
    for (int i = 0; i < 7; i++) {
      errors.addDrawn(i);
    }

    assertThat(errors.tails().chance(1e9)).isEqualTo(1);
  }

  @Test
  void chance_chosenImagesErrMore_believesThem() {
    ErrorBound errors = new ErrorBound();
    for (int i = 0; i < 10; i++) {
      errors.addDrawn(i % 2);
      errors.addChosen(100 * (i % 2));
    }

    assertThat(errors.tails().chance(50)).isGreaterThan(0.01);
  }

  @Test
  void next_sameSeed_asksForTheSameImages() {
    assertThat(order(new OptimisticOrder(4, SelectionRules.NONE, 0.01, 8, 1)))
        .isEqualTo(order(new OptimisticOrder(4, SelectionRules.NONE, 0.01, 8, 1)))
        .isNotEqualTo(order(new OptimisticOrder(4, SelectionRules.NONE, 0.01, 8, 2)));
  }

  private static List<String> order(OptimisticOrder search) {
    for (int i = 0; i < 100; i++) {
      search.estimate(scores("image" + i, i));
    }
    return search.next(8);
  }

  @Test
  void next_estimatesAreExact_leavesMostOut() {
    List<RegionScores> pool = pool(new Random(3));

    OptimisticOrder found = search(pool, pool, 10, SelectionRules.NONE, 0.01);

    assertThat(found.top().ranked()).isEqualTo(naive(pool, 10, SelectionRules.NONE));
    assertThat(found.exactCount()).isLessThan(40);
  }

  @Test
  void next_tiesWithTheLastOfTheBest_areScored() {
    OptimisticOrder search = new OptimisticOrder(1, SelectionRules.NONE, 0.5, 8, 0);
    for (int i = 0; i < 30; i++) {
      search.estimate(scores("image" + i, 1));
    }

    drain(search, image -> scores(image, 1));

    assertThat(search.exactCount()).isEqualTo(30);
  }

  @Test
  void next_unknownImage_isScored() {
    OptimisticOrder search = new OptimisticOrder(1, SelectionRules.NONE, 0.5, 8, 0);
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
    OptimisticOrder search = new OptimisticOrder(1, SelectionRules.NONE, 0.5, 8, 0);
    for (int i = 0; i < 100; i++) {
      search.estimate(scores("image" + i, i));
    }

    for (List<String> next = search.next(3); !next.isEmpty(); next = search.next(3)) {
      for (String image : next) {
        float score = Float.parseFloat(image.substring(5));
        search.exact(score > 97 ? new ImageFailure(image, "gone") : scores(image, score));
      }
    }

    assertThat(search.top().ranked().get(0).id().image()).isEqualTo("image97");
  }

  @Test
  void next_fewerRegionsThanK_scoresAll() {
    OptimisticOrder search = new OptimisticOrder(1000, SelectionRules.NONE, 0.5, 8, 0);
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
  void next_exponentialErrors_missesNoMoreOftenThanTheRisk() {
    Random random = new Random(12);
    Trials trials = trials(random, () -> -0.02 * Math.log(1 - random.nextDouble()), 0.05);

    assertThat(trials.wrong).isLessThanOrEqualTo(15);
    assertThat(trials.scored).isLessThan(IMAGES / 2.0);
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

    OptimisticOrder found = search(exact, estimates, 20, rules, 0.01);

    assertThat(found.top().ranked()).isEqualTo(naive(exact, 20, rules));
    assertThat(found.exactCount()).isLessThan(IMAGES / 2);
  }

  @Test
  void estimate_excludedAltogether_isNeverAskedFor() {
    OptimisticOrder search =
        new OptimisticOrder(
            1,
            SelectionRules.NONE.excluding(
                List.of(
                    new RegionId("a", 0, 0),
                    new RegionId("a", 0, 1),
                    new RegionId("a", 1, 0),
                    new RegionId("a", 1, 1))),
            0.5,
            8,
            0);
    search.estimate(scores("a", 9));
    search.estimate(scores("b", 1));

    assertThat(search.next(10)).containsExactly("b");
  }

  @Test
  void estimate_toldTwice_isRefused() {
    OptimisticOrder search = new OptimisticOrder(1, SelectionRules.NONE, 0.5, 8, 0);
    search.unknown("a");

    assertThatThrownBy(() -> search.estimate(scores("a", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("told twice");
  }

  private record Trials(int wrong, double scored) {}

  /** 200 pools: in how many the selection is not the exact one, and how many images it took. */
  private static Trials trials(Random random, DoubleSupplier error, double risk) {
    int wrong = 0;
    int scored = 0;
    for (int trial = 0; trial < 200; trial++) {
      List<RegionScores> exact = pool(random);
      OptimisticOrder found = search(exact, disturbed(exact, error), 40, SelectionRules.NONE, risk);
      scored += found.exactCount();
      if (!found.top().ranked().equals(naive(exact, 40, SelectionRules.NONE))) {
        wrong++;
      }
    }
    return new Trials(wrong, scored / 200.0);
  }

  private static OptimisticOrder search(
      List<RegionScores> exact,
      List<RegionScores> estimates,
      int k,
      SelectionRules rules,
      double risk) {
    OptimisticOrder order = new OptimisticOrder(k, rules, risk, 20, 7);
    estimates.forEach(order::estimate);
    Map<String, RegionScores> byImage = new HashMap<>();
    exact.forEach(each -> byImage.put(each.image(), each));
    drain(order, byImage::get);
    return order;
  }

  private static void drain(OptimisticOrder search, Function<String, RegionScores> exact) {
    for (List<String> next = search.next(2); !next.isEmpty(); next = search.next(2)) {
      next.forEach(image -> search.exact(exact.apply(image)));
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
