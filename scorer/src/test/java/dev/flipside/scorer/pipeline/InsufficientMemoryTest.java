package dev.flipside.scorer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.scorer.HungryModel;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.Pictures;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches for which the memory does not suffice; on the CPU, as on a GPU. */
@Timeout(120)
class InsufficientMemoryTest {
  private static final int IMAGES = 11;

  @TempDir Path folder;

  private final List<ImageResult> results = new ArrayList<>();
  private final Set<String> notes = new LinkedHashSet<>();

  @ParameterizedTest
  @CsvSource({"8, 4", "8, 7", "5, 3", "2, 1"})
  void score_batchTooLarge_isHalvedAndSaid(int batch, int fits) throws IOException {
    Pool pool = pool();
    score(pool, 64, 1);
    List<ImageResult> expected = List.copyOf(results);
    results.clear();

    ScoringSummary summary = score(pool, fits, batch);

    assertThat(summary.scored()).isEqualTo(IMAGES);
    for (int image = 0; image < IMAGES; image++) {
      assertThat(((RegionScores) results.get(image)).scores())
          .containsExactly(((RegionScores) expected.get(image)).scores());
    }
    String said =
        "batches halved to %d: not enough memory for %d images of 24x33"
            .formatted((batch + 1) / 2, batch);
    assertThat(notes).contains(said);
    assertThat(summary.provider()).contains(said);
  }

  @ParameterizedTest
  @CsvSource({"8, 2, 2", "8, 1, 1", "8, 3, 2", "9, 4, 2"})
  void score_halfTooLarge_failsWithTheSizeThatFits(int batch, int fits, int offered)
      throws IOException {
    Pool pool = pool();

    assertThatThrownBy(() -> score(pool, fits, batch))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining(
            "not enough memory for batches of %d images, nor for %d, of 24x33",
            batch, (batch + 1) / 2)
        .hasMessageContaining("batches of %d fit: use --batch %d", offered, offered);
    assertThat(results).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "8"})
  void score_oneImageTooLarge_failsThatImage(int batch) throws IOException {
    assertThat(score(pool(), 0, batch).failed()).isEqualTo(IMAGES);

    assertThat(results)
        .allSatisfy(
            each ->
                assertThat(((ImageFailure) each).error())
                    .contains("not enough memory for one image of 24x33"));
    assertThat(notes).containsExactly("");
  }

  @Test
  void score_keptSessions_stayHalved() throws IOException {
    Pool pool = pool();
    try (PoolScorer scorer = PoolScorer.open(HungryModel.load(8), options(8))) {
      assertThat(scorer.score(pool, results::add, Progress.NONE).provider()).contains("halved");

      ScoringSummary second = scorer.score(pool, results::add, Progress.NONE);

      assertThat(second.scored()).isEqualTo(IMAGES);
      assertThat(second.provider()).doesNotContain("halved");
    }
  }

  private Pool pool() throws IOException {
    for (int index = 0; index < IMAGES; index++) {
      Pictures.png(folder.resolve(String.format("%02d.png", index)), 24, 33, index);
    }
    return Pool.ofFolder(folder);
  }

  private ScoringSummary score(Pool pool, int fits, int batch) {
    return new PoolScorer(HungryModel.load(2 * fits), options(batch))
        .score(pool, results::add, (done, total, note) -> notes.add(note));
  }

  private static ScoringOptions options(int batch) {
    return ScoringOptions.builder(new GridSpec.Counts(2, 3), Acquisition.FLIP_ENTROPY)
        .batch(batch)
        .session(SessionOptions.cpu())
        .build();
  }
}
