package dev.flipside.scorer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.ImageCache;
import dev.flipside.scorer.inference.OrtModelRunner;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.metrics.Predictor;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pool of multispectral images with a model of four of their bands. */
class BandScoringTest {
  private static final Path FOLDER = Path.of("src/test/resources/input-models");
  private static final GridSpec GRID = new GridSpec.Counts(2, 3);

  @TempDir Path folder;

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(folder.resolve("pool"));
    for (String name : List.of("lzw-16.tif", "planes-16.tif", "rgb.png", "tiles-16.tif")) {
      Files.copy(FOLDER.resolve(name), folder.resolve("pool").resolve(name));
    }
  }

  @Test
  void score_poolOfBands_scoresWhatHasThemAndNamesWhatHasNot() {
    List<ImageResult> results = score(options().batch(2));

    assertThat(results).hasSize(4);
    assertThat(results.get(2))
        .isInstanceOfSatisfying(
            ImageFailure.class,
            failure ->
                assertThat(failure.error())
                    .contains("rgb.png: 3 bands, expected at least 7 for bands 7,2,5,1 of 16"));
    float[] first = ((RegionScores) results.get(0)).scores();
    assertThat(((RegionScores) results.get(1)).scores()).isEqualTo(first);
    assertThat(((RegionScores) results.get(3)).scores()).isEqualTo(first);
  }

  @Test
  void score_tilesWiderThanTheReceptiveField_giveTheScoresOfTheWholeImage() {
    RegionScores whole = (RegionScores) score(options()).get(0);

    RegionScores tiled =
        (RegionScores) score(options().tiling(new Tiling(new ImageSize(32, 40), 16))).get(0);

    for (int region = 0; region < whole.scores().length; region++) {
      assertThat(tiled.scores()[region]).isCloseTo(whole.scores()[region], within(1e-5f));
    }
  }

  @Test
  void score_cacheOfBands_givesTheSameScoresAgain() throws IOException {
    ImageCache cache = ImageCache.open(folder.resolve("cache"), 1 << 24);
    List<ImageResult> expected = score(options());

    List<ImageResult> filling = score(options().images(cache));
    List<ImageResult> cached = score(options().images(cache));

    assertThat(filling).isEqualTo(expected);
    assertThat(cached).isEqualTo(expected);
    try (var entries = Files.list(folder.resolve("cache"))) {
      assertThat(entries.filter(each -> each.toString().endsWith(".rgb"))).hasSize(3);
    }
  }

  @Test
  void score_resizedBands_areScoredAtThatSize() {
    RegionScores resized = (RegionScores) score(options().resize(new ImageSize(30, 50))).get(0);

    assertThat(resized.grid().image()).isEqualTo(new ImageSize(30, 50));
    assertThat(resized.scores()).doesNotContain(0f);
  }

  @Test
  void predict_bands_givesClassesOfEveryPixel() {
    try (Predictor predictor = Predictor.open(model(), null, SessionOptions.cpu())) {
      LabelMap classes = predictor.predict(FOLDER.resolve("lzw-16.tif"));

      assertThat(classes.size()).isEqualTo(new ImageSize(45, 83));
      assertThat(classes.ids()).contains(0, 1, 2);
    }
  }

  private List<ImageResult> score(ScoringOptions.Builder options) {
    List<ImageResult> results = new ArrayList<>();
    new PoolScorer(model(), options.build())
        .score(Pool.ofFolder(folder.resolve("pool")), results::add, Progress.NONE);
    return results;
  }

  private static ScoringOptions.Builder options() {
    return ScoringOptions.of(GRID, Acquisition.FLIP_ENTROPY).toBuilder();
  }

  private static LoadedModel model() {
    CardOverrides told =
        new CardOverrides(
            ClassMap.unnamed(5),
            null,
            null,
            1e-4f,
            Collections.nCopies(4, 0.3f),
            Collections.nCopies(4, 0.2f),
            null,
            null,
            null,
            new PixelFormat(List.of(7, 2, 5, 1), 16),
            null);
    return ModelSource.open(
        FOLDER.resolve("bands-lzw-16/model.onnx"), null, told, new OrtModelRunner());
  }
}
