package dev.flipside.scorer.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DriftAwarePolicyTest {
  private static final RegionGrid GRID = new RegionGrid(new ImageSize(2, 2), 1, 1);
  private static final int K = 5;

  @Test
  void next_nothingKnown_everyImageAndTheExactSelection() {
    Map<String, RegionScores> pool = pool(new Random(1), 50);
    DriftingScores drifting = new DriftingScores();

    DriftAwarePolicy order = run(drifting, pool, SelectionRules.NONE, 0.01);

    assertThat(order.exactCount()).isEqualTo(50);
    assertThat(order.top().ranked()).isEqualTo(exact(pool, K, SelectionRules.NONE));
    assertThat(drifting.scores()).containsExactlyInAnyOrderElementsOf(pool.values());
  }

  @Test
  void next_nothingHasDrifted_drawnImagesAndTheFirst() {
    Map<String, RegionScores> pool = pool(new Random(1), 200);
    DriftingScores drifting = known(pool);

    DriftAwarePolicy order = run(drifting, pool, SelectionRules.NONE, 0.01);

    assertThat(order.top().ranked()).isEqualTo(exact(pool, K, SelectionRules.NONE));
    assertThat(order.exactCount()).isBetween(16 + 1, 16 + 8);
  }

  @Test
  void next_allHaveDriftedAlike_carriesThemAlong() {
    Map<String, RegionScores> before = pool(new Random(1), 200);
    float[] drift = {0.5f, -0.25f, 1, 0}; // exact in binary, so that nothing is left to scatter
    Map<String, RegionScores> now = new TreeMap<>();
    before.forEach(
        (image, scores) -> {
          float[] moved = scores.scores().clone();
          for (int i = 0; i < moved.length; i++) {
            moved[i] += drift[i];
          }
          now.put(image, new RegionScores(image, GRID, moved));
        });
    DriftingScores drifting = known(before);

    DriftAwarePolicy order = run(drifting, now, SelectionRules.NONE, 0.01);

    assertThat(order.top().ranked()).isEqualTo(exact(now, K, SelectionRules.NONE));
    assertThat(order.exactCount()).isLessThan(40);
    assertThat(drifting.scores()).containsExactlyInAnyOrderElementsOf(now.values());
  }

  @Test
  void next_newImage_isAskedForHoweverLowItsRankIs() {
    Map<String, RegionScores> pool = pool(new Random(1), 100);
    DriftingScores drifting = known(pool);
    pool.put("new", new RegionScores("new", GRID, new float[] {9, 9, 9, 9}));

    DriftAwarePolicy order = run(drifting, pool, SelectionRules.NONE, 0.01);

    assertThat(order.top().ranked().get(0).id().image()).isEqualTo("new");
  }

  @Test
  void next_regionsTaken_neverFound() {
    Map<String, RegionScores> pool = pool(new Random(1), 100);
    List<RegionId> taken =
        exact(pool, 20, SelectionRules.NONE).stream().map(SelectedRegion::id).toList();
    SelectionRules rules = SelectionRules.NONE.excluding(taken);

    DriftAwarePolicy order = run(known(pool), pool, rules, 0.01);

    assertThat(order.top().ranked()).isEqualTo(exact(pool, K, rules));
  }

  @Test
  void next_scoresThatScatter_missesTheTop2KNoMoreOftenThanItsRisk() {
    int steps = 300;
    for (double risk : new double[] {0.02, 0.2}) {
      Random random = new Random(7);
      Map<String, RegionScores> pool = pool(random, 300);
      DriftingScores drifting = known(pool);
      int missed = 0;
      long scored = 0;
      for (int step = 0; step < steps; step++) {
        pool = drifted(random, pool);
        DriftAwarePolicy order = run(drifting, pool, SelectionRules.NONE, risk, step);
        scored += order.exactCount();
        Set<RegionId> best = new HashSet<>();
        exact(pool, 2 * K, SelectionRules.NONE).forEach(each -> best.add(each.id()));
        if (!order.top().ranked().stream().allMatch(each -> best.contains(each.id()))) {
          missed++;
        }
      }
      assertThat((double) missed / steps).as("risk %s", risk).isLessThanOrEqualTo(risk);
      assertThat((double) scored / (steps * 300.0)).as("share of passes").isLessThan(0.5);
    }
  }

  @Test
  void next_higherRisk_fewerPasses() {
    List<Long> passes = new ArrayList<>();
    for (double risk : new double[] {0.001, 0.1, 0.7}) {
      Random random = new Random(3);
      Map<String, RegionScores> pool = pool(random, 300);
      DriftingScores drifting = known(pool);
      long scored = 0;
      for (int step = 0; step < 50; step++) {
        pool = drifted(random, pool);
        scored += run(drifting, pool, SelectionRules.NONE, risk, step).exactCount();
      }
      passes.add(scored);
    }

    assertThat(passes.get(0)).isGreaterThan(passes.get(1));
    assertThat(passes.get(1)).isGreaterThan(passes.get(2));
  }

  @Test
  void of_knownFromAnEarlierProcess_goesOnAlike() {
    Random random = new Random(5);
    Map<String, RegionScores> pool = pool(random, 200);
    DriftingScores one = known(pool);
    for (int step = 0; step < 10; step++) {
      pool = drifted(random, pool);
      run(one, pool, SelectionRules.NONE, 0.1, step);
    }
    DriftingScores other = new DriftingScores(one.scores(), one.memory());
    Map<String, RegionScores> next = drifted(random, pool);

    DriftAwarePolicy expected = run(one, next, SelectionRules.NONE, 0.1);
    DriftAwarePolicy found = run(other, next, SelectionRules.NONE, 0.1);

    assertThat(found.top().ranked()).isEqualTo(expected.top().ranked());
    assertThat(found.exactCount()).isEqualTo(expected.exactCount());
    assertThat(other.memory()).isEqualTo(one.memory());
  }

  @Test
  void moreThan_poisson_asWorkedOutByHand() {
    assertThat(DriftAwarePolicy.moreThan(1, 1)).isCloseTo(1 - 2 / Math.E, within(1e-12));
    assertThat(DriftAwarePolicy.moreThan(0, 2)).isCloseTo(1 - Math.exp(-2), within(1e-12));
    assertThat(DriftAwarePolicy.moreThan(5, 0)).isZero();
    assertThat(DriftAwarePolicy.moreThan(5, 1000)).isEqualTo(1);
  }

  @Test
  void step_riskOrSampleOutOfRange_refused() {
    DriftingScores drifting = new DriftingScores();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> drifting.step(List.of("a"), 1, SelectionRules.NONE, 1, 8, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> drifting.step(List.of("a"), 1, SelectionRules.NONE, 0.1, 7, 0));
  }

  private static DriftAwarePolicy run(
      DriftingScores drifting, Map<String, RegionScores> pool, SelectionRules rules, double risk) {
    return run(drifting, pool, rules, risk, 11);
  }

  private static DriftAwarePolicy run(
      DriftingScores drifting,
      Map<String, RegionScores> pool,
      SelectionRules rules,
      double risk,
      long seed) {
    DriftAwarePolicy order = drifting.step(pool.keySet(), K, rules, risk, 16, seed);
    for (var next = order.next(4); !next.images().isEmpty(); next = order.next(4)) {
      next.images()
          .forEach(image -> order.scored(Fidelity.EXACT, Objects.requireNonNull(pool.get(image))));
    }
    return order;
  }

  private static DriftingScores known(Map<String, RegionScores> pool) {
    return new DriftingScores(pool.values(), List.of());
  }

  /** The readable way: rank everything. */
  private static List<SelectedRegion> exact(
      Map<String, RegionScores> pool, int k, SelectionRules rules) {
    TopRegions top = new TopRegions(k, rules);
    pool.values().forEach(top::offer);
    return top.ranked();
  }

  private static Map<String, RegionScores> pool(Random random, int images) {
    Map<String, RegionScores> pool = new TreeMap<>();
    for (int i = 0; i < images; i++) {
      float[] scores = new float[GRID.count()];
      for (int at = 0; at < scores.length; at++) {
        scores[at] = Math.round(1024 * random.nextGaussian()) / 1024f;
      }
      String image = "image-" + i;
      pool.put(image, new RegionScores(image, GRID, scores));
    }
    return pool;
  }

  /** A step of a network in training: all scores sink a little, each scatters, none runs away. */
  private static Map<String, RegionScores> drifted(
      Random random, Map<String, RegionScores> before) {
    Map<String, RegionScores> now = new TreeMap<>();
    before.forEach(
        (image, scores) -> {
          float[] moved = scores.scores().clone();
          for (int i = 0; i < moved.length; i++) {
            moved[i] = (float) (0.98 * moved[i] + 0.2 * random.nextGaussian() - 0.02);
          }
          now.put(image, new RegionScores(image, GRID, moved));
        });
    return now;
  }
}
