package dev.flipside.scorer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.vocab.GridSpec;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.Pictures;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.selection.ImageResult;
import dev.flipside.scorer.selection.OptimisticOrder;
import dev.flipside.scorer.selection.RegionScores;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    OptimisticOrder order = estimated();
    List<ImageResult> rescored = new ArrayList<>();

    new Rescorer(MODEL, OPTIONS).rescore(pool, order, Map.of(), rescored::add, Progress.NONE);

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
    List<ImageResult> rescored = new ArrayList<>();

    new Rescorer(MODEL, OPTIONS).rescore(pool, estimated(), known, rescored::add, Progress.NONE);

    assertThat(rescored).isEmpty();
  }

  /** Estimates that are off by a little, differently for each image. */
  private OptimisticOrder estimated() {
    OptimisticOrder order = new OptimisticOrder(K, SelectionRules.NONE, 0.01, 8, 3);
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
