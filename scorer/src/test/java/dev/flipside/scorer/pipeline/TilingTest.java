package dev.flipside.scorer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.TestModels;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.Pictures;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class TilingTest {
  private static final GridSpec GRID = new GridSpec.RegionSize(7, 9);

  @TempDir Path folder;

  @Test
  void on_anyImage_keptPartsCoverItOnce() {
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      ImageSize tile = new ImageSize(1 + random.nextInt(30), 1 + random.nextInt(30));
      int overlap = random.nextInt(Math.min(tile.height(), tile.width()));
      ImageSize image = new ImageSize(1 + random.nextInt(90), 1 + random.nextInt(90));
      Tiling tiling = new Tiling(tile, overlap);
      int[] covered = new int[(int) image.pixels()];

      for (Tiling.Tile each : tiling.on(image)) {
        Region seen = each.seen();
        Region kept = each.kept();
        assertThat(new ImageSize(seen.height(), seen.width())).isEqualTo(tiling.sizeOn(image));
        assertThat(seen.y() + seen.height()).isLessThanOrEqualTo(image.height());
        assertThat(seen.x() + seen.width()).isLessThanOrEqualTo(image.width());
        // Away from the edge of the image, half the overlap lies around what is kept.
        assertThat(kept.y() - seen.y()).isGreaterThanOrEqualTo(kept.y() == 0 ? 0 : overlap / 2);
        assertThat(kept.x() - seen.x()).isGreaterThanOrEqualTo(kept.x() == 0 ? 0 : overlap / 2);
        for (int y = kept.y(); y < kept.y() + kept.height(); y++) {
          for (int x = kept.x(); x < kept.x() + kept.width(); x++) {
            covered[y * image.width() + x]++;
          }
        }
      }

      assertThat(Arrays.stream(covered).allMatch(times -> times == 1)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"16, 16, 2, 1", "16, 20, 4, 3", "64, 64, 8, 2", "13, 9, 8, 5", "40, 11, 2, 4"})
  void score_overlapOfTheReceptiveField_isThatOfTheWhole(
      int height, int width, int overlap, int batch) throws IOException {
    LoadedModel model = TestModels.convolution(5, TestModels.weights(5, 7));
    for (int i = 0; i < 4; i++) {
      Pictures.png(folder.resolve(i + ".png"), 17 + 13 * i, 61 - 9 * i, i);
    }
    ScoringOptions whole = ScoringOptions.of(GRID, Acquisition.FLIP_ENTROPY);
    Tiling tiling = new Tiling(new ImageSize(height, width), overlap);

    List<ImageResult> expected = score(model, whole);
    List<ImageResult> found =
        score(model, whole.toBuilder().tiling(tiling).batch(batch).decodeThreads(2).build());

    assertThat(found).hasSize(4);
    for (int i = 0; i < 4; i++) {
      RegionScores right = (RegionScores) expected.get(i);
      RegionScores scores = (RegionScores) found.get(i);
      assertThat(scores.grid()).isEqualTo(right.grid());
      for (int region = 0; region < right.scores().length; region++) {
        assertThat(scores.scores()[region]).isCloseTo(right.scores()[region], within(2e-6f));
      }
    }
  }

  @Test
  void tiling_overlapOfATile_isRefused() {
    assertThatThrownBy(() -> new Tiling(new ImageSize(8, 6), 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected an overlap of 0 to less than the shorter side");
  }

  private List<ImageResult> score(LoadedModel model, ScoringOptions options) {
    List<ImageResult> results = new ArrayList<>();
    new PoolScorer(model, options)
        .score(Pool.ofFolder(folder), results::add, (done, total, note) -> {});
    return results;
  }
}
