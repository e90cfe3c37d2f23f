package dev.flipside.scorer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.Pictures;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.scores.RegionScores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scores of stochastic passes are a function of image, pass and seed. */
class DropoutScoresTest {
  private static final int PASSES = 8;
  private static final int SIDE = 64;
  private static final float RATIO = 0.25f;

  @TempDir Path folder;
  private Pool pool;
  private LoadedModel model;

  @BeforeEach
  void makePoolAndModel() throws IOException {
    for (int index = 0; index < 7; index++) {
      Pictures.png(folder.resolve(index + ".png"), SIDE, SIDE, index);
    }
    pool = Pool.ofFolder(folder);
    Path file = folder.resolve("model.onnx");
    model = network(file);
  }

  @ParameterizedTest
  @CsvSource({"bald, 1, 2", "bald, 3, 2", "bald, 8, 1", "vote-entropy, 4, 3", "vote-entropy, 7, 1"})
  void score_anyBatchAndThreads_givesTheSameScores(String name, int batch, int threads) {
    Acquisition acquisition = Acquisition.parse(name, PASSES, 5);
    Map<String, float[]> alone = score(pool, acquisition, 1, 1);

    assertSame(score(pool, acquisition, batch, threads), alone);
  }

  @Test
  void score_partOfThePool_givesTheSameScores() {
    Acquisition bald = Acquisition.parse("bald", PASSES, 5);
    Map<String, float[]> all = score(pool, bald, 2, 1);
    Pool last = new Pool(pool.root(), pool.images().subList(4, 7));

    score(last, bald, 2, 1).forEach((id, scores) -> assertThat(scores).isEqualTo(all.get(id)));
  }

  @Test
  void score_anotherSeedOrImage_hasOtherMasks() {
    Map<String, float[]> scores = score(pool, Acquisition.parse("bald", PASSES, 5), 2, 1);

    // The network does not look at the image, so different scores are due to the masks.
    assertThat(scores.get("0.png")).isNotEqualTo(scores.get("1.png"));
    assertThat(score(pool, Acquisition.parse("bald", PASSES, 6), 2, 1).get("0.png"))
        .isNotEqualTo(scores.get("0.png"));
  }

  /**
   * The second class wins where the first is dropped and it is not, so the votes of a pixel are
   * binomial, and votes of neighboring pixels are independent.
   */
  @Test
  void score_manyPixels_votesAreAsByIndependentDraws() {
    double win = RATIO * (1 - RATIO);
    double[] expected = new double[PASSES + 1];
    double[] entropy = new double[PASSES + 1];
    for (int votes = 0; votes <= PASSES; votes++) {
      double share = (double) votes / PASSES;
      expected[votes] =
          binomial(PASSES, votes) * Math.pow(win, votes) * Math.pow(1 - win, PASSES - votes);
      entropy[votes] = -xlogx(share) - xlogx(1 - share);
    }
    double mean = 0;
    double square = 0;
    for (int votes = 0; votes <= PASSES; votes++) {
      mean += expected[votes] * entropy[votes];
      square += expected[votes] * entropy[votes] * entropy[votes];
    }
    double deviation = Math.sqrt(square - mean * mean);
    int count = 0;
    double sum = 0;
    double[] lagged = new double[3];
    int[] lags = {1, SIDE, SIDE + 1};
    for (float[] scores :
        score(pool, Acquisition.parse("vote-entropy", PASSES, 3), 4, 1).values()) {
      for (int i = 0; i < scores.length; i++) {
        sum += scores[i];
        count++;
        for (int lag = 0; lag < lags.length; lag++) {
          int other = (i + lags[lag]) % scores.length;
          lagged[lag] += (scores[i] - mean) * (scores[other] - mean) / (deviation * deviation);
        }
      }
    }
    double tolerance = 5 / Math.sqrt(count);
    assertThat(sum / count).isCloseTo(mean, within(tolerance * deviation));
    for (double each : lagged) {
      assertThat(each / count).isCloseTo(0, within(tolerance));
    }
  }

  private Map<String, float[]> score(Pool images, Acquisition acquisition, int batch, int threads) {
    ScoringOptions options =
        ScoringOptions.of(new GridSpec.Counts(SIDE, SIDE), acquisition).toBuilder()
            .batch(batch)
            .decodeThreads(threads)
            .build();
    Map<String, float[]> scores = new HashMap<>();
    new PoolScorer(model, options)
        .score(
            images,
            result -> scores.put(result.image(), ((RegionScores) result).scores()),
            (done, total, note) -> {});
    assertThat(scores).hasSize(images.images().size());
    return scores;
  }

  private static void assertSame(Map<String, float[]> found, Map<String, float[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    found.forEach((id, scores) -> assertThat(scores).as(id).isEqualTo(expected.get(id)));
  }

  /** Logits 1 and 0.5 everywhere, then dropout. */
  private static LoadedModel network(Path file) {
    OnnxGraph graph = new OnnxGraph("dropout", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue logits =
        graph.node(
            "Conv",
            Map.of(),
            input,
            graph.initializer("weight", new float[6], 2, 3, 1, 1),
            graph.initializer("bias", new float[] {1, 0.5f}, 2));
    OnnxValue dropped =
        graph.node("Dropout", Map.of(), logits, graph.initializer("ratio", new float[] {RATIO}));
    graph.output("y", dropped, TensorType.FLOAT32, "N", 2, "H", "W");
    graph.build("test", "1").write(file);
    return ModelSource.open(file, null, CardOverrides.NONE);
  }

  private static double binomial(int n, int k) {
    double value = 1;
    for (int i = 0; i < k; i++) {
      value *= (double) (n - i) / (i + 1);
    }
    return value;
  }

  private static double xlogx(double x) {
    return x == 0 ? 0 : x * Math.log(x);
  }
}
