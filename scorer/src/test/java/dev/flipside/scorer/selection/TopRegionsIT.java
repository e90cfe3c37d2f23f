package dev.flipside.scorer.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.scores.ScoreFile;
import dev.flipside.scorer.scores.ScoreLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ten million region scores, as a pool of 400,000 images has them. */
class TopRegionsIT {
  private static final Logger LOG = LoggerFactory.getLogger(TopRegionsIT.class);
  private static final int IMAGES = 400_000;
  private static final int K = 10_000;
  private static final RegionGrid GRID = new GridSpec.Counts(5, 5).on(new ImageSize(360, 480));

  @TempDir Path folder;

  @Test
  void ranked_tenMillionScores_takesLittleTimeAndMemory() {
    SplittableRandom random = new SplittableRandom(1);
    float[][] scores = new float[1000][GRID.count()];
    for (float[] each : scores) {
      for (int index = 0; index < each.length; index++) {
        each[index] = (float) random.nextDouble(4.8);
      }
    }
    for (int round = 0; round < 3; round++) {
      TopRegions top = new TopRegions(K);
      long start = System.nanoTime();
      for (int image = 0; image < IMAGES; image++) {
        top.offer(new RegionScores("train/" + image + ".png", GRID, scores[image % 1000]));
      }
      int found = top.requireAll().size();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      LOG.info("top {} of {} scores in memory: {} ms", K, top.free(), took.toMillis());
      assertThat(found).isEqualTo(K);
      // A bound for a busy machine; a quiet one needs a small part of it.
      assertThat(took).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void read_tenMillionScores_streamsThem() throws IOException {
    Path file = folder.resolve("scores.jsonl");
    SplittableRandom random = new SplittableRandom(1);
    try (var out = Files.newBufferedWriter(file)) {
      for (int image = 0; image < IMAGES; image++) {
        float[] scores = new float[GRID.count()];
        for (int index = 0; index < scores.length; index++) {
          scores[index] = (float) random.nextDouble(4.8);
        }
        out.write(ScoreLine.format(new RegionScores("train/" + image + ".png", GRID, scores)));
        out.write('\n');
      }
    }
    for (int round = 0; round < 3; round++) {
      TopRegions top = new TopRegions(K);
      long start = System.nanoTime();
      ScoreFile.read(file, result -> top.offer((RegionScores) result));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      LOG.info(
          "top {} of {} scores from {} MB: {} ms",
          K,
          top.free(),
          Files.size(file) >> 20,
          took.toMillis());
      assertThat(top.requireAll()).hasSize(K);
      assertThat(took).isLessThan(Duration.ofSeconds(20));
    }
  }
}
