package dev.flipside.scorer.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.TestModels;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.Pictures;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RescorerTest {
  private static final int IMAGES = 60;
  private static final int K = 6;
  private static final LoadedModel MODEL = TestModels.convolution(5, TestModels.weights(5, 7));
  private static final ScoringOptions OPTIONS =
      ScoringOptions.of(new GridSpec.Counts(2, 3), Acquisition.parse("flip-entropy", 1, 0));

  @TempDir private Path folder;
  private Pool pool = new Pool(Path.of("."), List.of());
  private final List<ImageResult> all = new ArrayList<>();

  @BeforeEach
  void scoreAll() throws IOException {
    for (int image = 0; image < IMAGES; image++) {
      Pictures.png(folder.resolve(image + ".png"), 16, 18, image);
    }
    pool = Pool.ofFolder(folder);
    new PoolScorer(MODEL, OPTIONS).score(pool, all::add, Progress.NONE);
  }

  @Test
  void rescore_estimatesNearby_findsTheBestWithoutScoringAll() {
    CascadePolicy order = estimated();
    List<ImageResult> rescored = new ArrayList<>();

    new Rescorer(MODEL, OPTIONS)
        .rescore(pool, order, RescoringJournal.of(rescored::add), Progress.NONE);

    TopRegions truth = new TopRegions(K);
    all.forEach(result -> truth.offer((RegionScores) result));
    assertThat(order.top().ranked()).isEqualTo(truth.ranked());
    assertThat(rescored).hasSize(order.exactCount()).hasSizeLessThan(IMAGES);
    assertThat(all).containsAll(rescored);
    assertThat(order.missed()).isLessThanOrEqualTo(0.01);
  }

  @Test
  void rescore_allKnown_scoresNothing() {
    Map<String, ImageResult> known = new HashMap<>();
    all.forEach(result -> known.put(result.image(), result));
    CascadePolicy order = estimated();

    new Rescorer(MODEL, OPTIONS)
        .rescore(
            pool,
            order,
            new RescoringJournal() {
              @Override
              public Optional<ImageResult> earlier(Fidelity fidelity, String image) {
                return Optional.ofNullable(known.get(image));
              }

              @Override
              public void accept(Fidelity fidelity, ImageResult result) {
                throw new AssertionError(result + " was scored again");
              }
            },
            Progress.NONE);

    assertThat(order.exactCount()).isPositive();
  }

  @Test
  void rescore_oneViewThenTheOther_addsUpToBothAndFindsTheBest() {
    Acquisition whole = OPTIONS.acquisition();
    List<ImageResult> oneView = new ArrayList<>();
    new PoolScorer(MODEL, OPTIONS.toBuilder().acquisition(whole.views().get(0)).build())
        .score(pool, oneView::add, Progress.NONE);
    CascadePolicy order = new CascadePolicy(K, SelectionRules.NONE, 0.01, true, 8, 3);
    oneView.forEach(result -> order.estimate((RegionScores) result));
    Map<String, RegionScores> refined = new HashMap<>();

    new Rescorer(MODEL, OPTIONS)
        .refining(
            MODEL,
            OPTIONS.toBuilder().acquisition(whole.views().get(1)).build(),
            scores -> {
              RegionScores both = scores.plus(order.estimateOf(scores.image()));
              refined.put(scores.image(), both);
              return both;
            })
        .rescore(pool, order, RescoringJournal.of(result -> {}), Progress.NONE);

    TopRegions truth = new TopRegions(K);
    all.forEach(result -> truth.offer((RegionScores) result));
    assertThat(order.top().ranked()).isEqualTo(truth.ranked());
    assertThat(refined).hasSizeGreaterThan(8).hasSize(order.refinedCount());
    for (ImageResult exact : all) {
      RegionScores both = refined.get(exact.image());
      if (both != null) {
        assertThat(both.scores()).containsExactly(((RegionScores) exact).scores(), within(1e-5f));
      }
    }
  }

  @Test
  void rescore_refinedByAnEarlierRun_takesThemAsTheyAreAndGoesTheSameWay() {
    List<ImageResult> oneView = new ArrayList<>();
    Acquisition whole = OPTIONS.acquisition();
    new PoolScorer(MODEL, OPTIONS.toBuilder().acquisition(whole.views().get(0)).build())
        .score(pool, oneView::add, Progress.NONE);
    Past first = new Past(Map.of());
    CascadePolicy unbroken = refining(oneView, first, Progress.NONE);
    List<ImageResult> refined = first.taken(Fidelity.REFINED);
    Map<String, ImageResult> half = new HashMap<>();
    refined.subList(0, refined.size() / 2).forEach(each -> half.put(each.image(), each));

    Past second = new Past(half);
    Told told = new Told();
    CascadePolicy resumed = refining(oneView, second, told);

    assertThat(half).hasSizeGreaterThan(8);
    assertThat(second.taken(Fidelity.REFINED))
        .isEqualTo(refined.subList(refined.size() / 2, refined.size()));
    assertThat(second.taken(Fidelity.EXACT)).isEqualTo(first.taken(Fidelity.EXACT));
    assertThat(resumed.top().ranked()).isEqualTo(unbroken.top().ranked());
    assertThat(resumed.refinedCount()).isEqualTo(unbroken.refinedCount());
    assertThat(resumed.missed()).isEqualTo(unbroken.missed());
    assertThat(told.earlier).as("what says nothing of the rate").isEqualTo(half.size());
    assertThat(told.last).isEqualTo(counts(resumed));
  }

  @Test
  void rescore_refining_tellsRefinedAndExactCountsAndNoTotal() {
    List<ImageResult> oneView = new ArrayList<>();
    new PoolScorer(
            MODEL, OPTIONS.toBuilder().acquisition(OPTIONS.acquisition().views().get(0)).build())
        .score(pool, oneView::add, Progress.NONE);
    Told told = new Told();

    CascadePolicy order = refining(oneView, new Past(Map.of()), told);

    assertThat(told.all)
        .startsWith(
            "1/0 1 refined, 0 of at most 60 images exact",
            "2/0 2 refined, 0 of at most 60 images exact")
        .contains("9/0 8 refined, 1 of at most 60 images exact")
        .hasSize(order.refinedCount() + order.exactCount());
    assertThat(told.last).isEqualTo(counts(order));
    assertThat(told.earlier).isZero();
  }

  @Test
  void rescore_exactAlone_tellsOfHowManyAtMost() {
    CascadePolicy order = estimated();
    Told told = new Told();

    new Rescorer(MODEL, OPTIONS).rescore(pool, order, RescoringJournal.of(result -> {}), told);

    assertThat(told.all).startsWith("1/0 of at most 60").hasSize(order.exactCount());
    assertThat(told.last).isEqualTo(order.exactCount() + "/0 of at most 60");
  }

  private static String counts(CascadePolicy order) {
    return order.refinedCount()
        + order.exactCount()
        + "/0 "
        + order.refinedCount()
        + " refined, "
        + order.exactCount()
        + " of at most 60 images exact";
  }

  /** What a rescoring tells of how far it is. */
  private static final class Told implements Progress {
    private final List<String> all = new ArrayList<>();
    private String last = "";
    private long earlier;

    @Override
    public void advance(long done, long total, String note) {
      last = done + "/" + total + " " + note;
      all.add(last);
    }

    @Override
    public void resumeAt(long done) {
      earlier = done;
    }
  }

  private CascadePolicy refining(
      List<ImageResult> oneView, RescoringJournal journal, Progress progress) {
    CascadePolicy order = new CascadePolicy(K, SelectionRules.NONE, 0.01, true, 8, 3);
    oneView.forEach(result -> order.estimate((RegionScores) result));
    new Rescorer(MODEL, OPTIONS)
        .refining(
            MODEL,
            OPTIONS.toBuilder().acquisition(OPTIONS.acquisition().views().get(1)).build(),
            scores -> scores.plus(order.estimateOf(scores.image())))
        .rescore(pool, order, journal, progress);
    return order;
  }

  /** Refined estimates of an earlier run, and what is new. */
  private record Past(Map<String, ImageResult> refined, Map<Fidelity, List<ImageResult>> taken)
      implements RescoringJournal {
    Past(Map<String, ImageResult> refined) {
      this(refined, new EnumMap<>(Fidelity.class));
    }

    List<ImageResult> taken(Fidelity fidelity) {
      return taken.getOrDefault(fidelity, List.of());
    }

    @Override
    public Optional<ImageResult> earlier(Fidelity fidelity, String image) {
      return fidelity == Fidelity.REFINED
          ? Optional.ofNullable(refined.get(image))
          : Optional.empty();
    }

    @Override
    public void accept(Fidelity fidelity, ImageResult result) {
      taken.computeIfAbsent(fidelity, each -> new ArrayList<>()).add(result);
    }
  }

  /** Estimates that are off by a little, differently for each image. */
  private CascadePolicy estimated() {
    CascadePolicy order = new CascadePolicy(K, SelectionRules.NONE, 0.01, false, 8, 3);
    for (int image = 0; image < all.size(); image++) {
      RegionScores exact = (RegionScores) all.get(image);
      float[] near = exact.scores().clone();
      for (int i = 0; i < near.length; i++) {
        near[i] += 1e-4f * (image % 5);
      }
      order.estimate(new RegionScores(exact.image(), exact.grid(), near));
    }
    return order;
  }
}
