package dev.flipside.scorer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.SizeRules;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.precision.HalfPrecision;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.scorer.NaiveFlipEntropy;
import dev.flipside.scorer.TestModels;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageCache;
import dev.flipside.scorer.image.ImageFile;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.image.Pictures;
import dev.flipside.scorer.pool.ImageLocation;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class PoolScorerTest {
  private static final int CLASSES = 5;
  private static final float[] WEIGHTS = TestModels.weights(CLASSES, 7);
  private static final LoadedModel MODEL = TestModels.convolution(CLASSES, WEIGHTS);
  private static final GridSpec GRID = new GridSpec.Counts(2, 3);

  @TempDir Path folder;

  @Test
  void score_randomShapes_agreesWithNaiveDoublePrecision() throws IOException {
    Random random = new Random(11);
    for (int round = 0; round < 25; round++) {
      int height = 5 + random.nextInt(40);
      int width = 5 + random.nextInt(40);
      GridSpec grid =
          random.nextBoolean()
              ? new GridSpec.Counts(1 + random.nextInt(5), 1 + random.nextInt(5))
              : new GridSpec.RegionSize(1 + random.nextInt(12), 1 + random.nextInt(12));
      Path root = folder.resolve("r" + round);
      Path file = Pictures.png(root.resolve("x.png"), height, width, round);
      DecodedImage image = ImageReader.read(file, null);

      RegionScores scores =
          (RegionScores) score(Pool.ofFolder(root), ScoringOptions.of(grid, flip())).get(0);

      double[] expected = NaiveFlipEntropy.scores(image, CLASSES, WEIGHTS, grid.on(image.size()));
      for (int index = 0; index < expected.length; index++) {
        assertThat((double) scores.scores()[index])
            .as("%sx%s, grid %s, region %s", height, width, grid, index)
            .isCloseTo(expected[index], within(1e-5));
      }
    }
  }

  @Test
  void score_classWeights_agreesWithNaiveDoublePrecision() throws IOException {
    Random random = new Random(12);
    for (int round = 0; round < 10; round++) {
      GridSpec grid = new GridSpec.RegionSize(2 + random.nextInt(9), 2 + random.nextInt(9));
      Path root = folder.resolve("w" + round);
      Path file =
          Pictures.png(
              root.resolve("x.png"), 7 + random.nextInt(20), 7 + random.nextInt(20), round);
      List<Float> weights =
          random.doubles(CLASSES, 0, 3).mapToObj(weight -> (float) weight).toList();
      DecodedImage image = ImageReader.read(file, null);

      RegionScores scores =
          (RegionScores)
              score(
                      Pool.ofFolder(root),
                      ScoringOptions.of(grid, flip()).toBuilder().classWeights(weights).build())
                  .get(0);

      double[] expected =
          NaiveFlipEntropy.scores(image, CLASSES, WEIGHTS, grid.on(image.size()), weights);
      for (int index = 0; index < expected.length; index++) {
        assertThat((double) scores.scores()[index])
            .as("round %s, region %s", round, index)
            .isCloseTo(expected[index], within(1e-5));
      }
    }
  }

  @Test
  void score_openScorerPartByPart_givesTheScoresOfTheWholePool() throws IOException {
    Pool pool = mixedPool(11);
    ScoringOptions options = ScoringOptions.of(GRID, flip()).toBuilder().batch(2).build();
    List<ImageResult> parts = new ArrayList<>();

    try (PoolScorer scorer = PoolScorer.open(MODEL, options)) {
      for (int from = 0; from < 11; from += 4) {
        List<PoolImage> part = pool.images().subList(from, Math.min(11, from + 4));
        scorer.score(new Pool(pool.root(), part), parts::add, Progress.NONE);
      }
    }

    assertThat(parts).isEqualTo(score(pool, options));
  }

  @Test
  void score_imageElsewhere_isReadThroughTheSource() throws IOException {
    Pool pool = mixedPool(3);
    List<PoolImage> remote = new ArrayList<>();
    for (PoolImage each : pool.images()) {
      remote.add(new PoolImage(each.id(), ImageLocation.parse("s3a://bucket/" + each.id())));
    }
    ImageSource bucket =
        (image, resize, pixels) -> {
          try {
            byte[] bytes = Files.readAllBytes(folder.resolve(image.id()));
            return ImageSource.pixels(ImageFile.of(image.id(), bytes), resize);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    ScoringOptions files = ScoringOptions.of(GRID, flip());
    Pool elsewhere = new Pool(pool.root(), remote);

    assertThat(score(elsewhere, files.toBuilder().images(bucket).build()))
        .isEqualTo(score(pool, files));
    assertThat(score(elsewhere, files))
        .allSatisfy(
            result -> assertThat(((ImageFailure) result).error()).contains("expected a file"));
  }

  @Test
  void settings_options_tellWhatTheScoresDependOn() {
    ScoringOptions options = ScoringOptions.of(GRID, flip());

    assertThat(options.settings(MODEL))
        .containsEntry("grid", "2x3")
        .containsEntry("size", "as each file")
        .containsEntry("model", MODEL.file().digest())
        .isEqualTo(options.toBuilder().batch(4).decodeThreads(3).build().settings(MODEL))
        .isNotEqualTo(options.toBuilder().resize(new ImageSize(9, 9)).build().settings(MODEL));
  }

  @Test
  void score_classWeightsOfAnotherMap_isRefused() throws IOException {
    Pictures.png(folder.resolve("x.png"), 9, 9, 1);
    ScoringOptions options =
        ScoringOptions.of(GRID, flip()).toBuilder().classWeights(List.of(1f, 2f, 1f)).build();

    assertThatThrownBy(() -> score(Pool.ofFolder(folder), options))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("3 class weights for a model of 5 classes");
  }

  @Test
  void score_imagesFromACache_areTheSameScores() throws IOException {
    Pool pool = mixedPool(12);
    List<ImageResult> expected = score(pool, ScoringOptions.of(GRID, flip()));
    for (int run = 0; run < 2; run++) {
      ImageCache cache = ImageCache.open(folder.resolve("cache"), 1 << 20);

      assertThat(
              score(
                  pool,
                  ScoringOptions.of(GRID, flip()).toBuilder()
                      .decodeThreads(2)
                      .images(cache)
                      .build()))
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 4", "2, 1", "3, 2", "8, 3", "64, 2"})
  void score_anyBatchAndThreads_givesTheSameScoresInPoolOrder(int batch, int threads)
      throws IOException {
    Pool pool = mixedPool(23);
    List<ImageResult> alone = score(pool, ScoringOptions.of(GRID, flip()));

    List<ImageResult> results =
        score(
            pool,
            ScoringOptions.of(GRID, flip()).toBuilder()
                .batch(batch)
                .decodeThreads(threads)
                .build());

    assertThat(results).isEqualTo(alone);
    assertThat(results.stream().map(ImageResult::image))
        .containsExactlyElementsOf(pool.images().stream().map(PoolImage::id).toList());
  }

  @Test
  void score_manySizesInTurn_endsAndKeepsOrder() throws IOException {
    for (int index = 0; index < 40; index++) {
      Pictures.png(folder.resolve(String.format("%02d.png", index)), 6 + index % 20, 7, index);
    }
    Pool pool = Pool.ofFolder(folder);

    List<ImageResult> results =
        score(pool, ScoringOptions.of(GRID, flip()).toBuilder().batch(4).decodeThreads(3).build());

    assertThat(results).isEqualTo(score(pool, ScoringOptions.of(GRID, flip())));
  }

  @Test
  void score_badImagesAmongGood_reportsThemAndKeepsExactScores() throws IOException {
    Pool good = mixedPool(12);
    List<ImageResult> before = score(good, ScoringOptions.of(GRID, flip()));
    byte[] whole = Files.readAllBytes(folder.resolve("00.png"));
    Files.write(
        folder.resolve("00-truncated.png"), java.util.Arrays.copyOf(whole, whole.length / 2));
    Files.write(folder.resolve("03-empty.png"), new byte[0]);
    Files.writeString(folder.resolve("05-text.jpg"), "no image");
    Files.write(
        folder.resolve("07-huge.png"),
        Pictures.rawPng(100_000, 100_000, 8, 2, new byte[0], new byte[1]));
    Files.write(
        folder.resolve("08-none.png"), Pictures.rawPng(0, 0, 8, 2, new byte[0], new byte[1]));
    Pictures.png(folder.resolve("09-thin.png"), 1, 50, 1);
    Pictures.png(folder.resolve("11-vanishing.png"), 9, 9, 1);
    Pool pool = Pool.ofFolder(folder);
    Files.delete(folder.resolve("11-vanishing.png"));

    List<ImageResult> results =
        score(pool, ScoringOptions.of(GRID, flip()).toBuilder().batch(4).decodeThreads(2).build());

    assertThat(results.stream().filter(RegionScores.class::isInstance).toList()).isEqualTo(before);
    assertThat(results.stream().filter(ImageFailure.class::isInstance).map(ImageResult::image))
        .containsExactly(
            "00-truncated.png",
            "03-empty.png",
            "05-text.jpg",
            "07-huge.png",
            "08-none.png",
            "09-thin.png",
            "11-vanishing.png");
    assertThat(results.stream().map(ImageResult::image))
        .containsExactlyElementsOf(pool.images().stream().map(PoolImage::id).toList());
  }

  @Test
  void score_everyImageBad_endsWithAFailureEach() throws IOException {
    for (int index = 0; index < 30; index++) {
      Files.write(folder.resolve(index + ".png"), new byte[] {1});
    }

    List<ImageResult> results =
        score(Pool.ofFolder(folder), ScoringOptions.of(GRID, flip()).toBuilder().batch(4).build());

    assertThat(results).hasSize(30).allMatch(ImageFailure.class::isInstance);
  }

  @Test
  void score_resized_laysGridOverResizedImage() throws IOException {
    Pictures.png(folder.resolve("a.png"), 20, 30, 1);
    Pictures.png(folder.resolve("b.png"), 44, 31, 2);

    List<ImageResult> results =
        score(
            Pool.ofFolder(folder),
            ScoringOptions.of(GRID, flip()).toBuilder()
                .resize(new ImageSize(10, 15))
                .batch(2)
                .build());

    assertThat(results)
        .hasSize(2)
        .allSatisfy(
            result ->
                assertThat(((RegionScores) result).grid().image())
                    .isEqualTo(new ImageSize(10, 15)));
  }

  @Test
  void score_imageWhoseInputIsTooLarge_failsAlone() throws IOException {
    Path root = folder.resolve("long");
    Pictures.png(root.resolve("a.png"), 4, 6000, 1);
    Pictures.png(root.resolve("b.png"), 40, 60, 2);
    ModelCard card = MODEL.card().withInputSize(SizeRules.parse("fit shortest 400 pad 0"));
    LoadedModel model = new LoadedModel(MODEL.file(), card, List.of());
    ScoringOptions options = ScoringOptions.of(new GridSpec.Counts(1, 2), flip());
    List<ImageResult> results = new ArrayList<>();

    new PoolScorer(model, options).score(Pool.ofFolder(root), results::add, Progress.NONE);

    assertThat(results.get(0))
        .isInstanceOfSatisfying(
            ImageFailure.class,
            failure ->
                assertThat(failure.error())
                    .contains("an image of 4x6000 becomes an input of 400x600000"));
    assertThat(results.get(1)).isInstanceOf(RegionScores.class);
  }

  @Test
  void score_sinkThatFails_endsWithItsReason() throws IOException {
    Pool pool = mixedPool(30);
    List<ImageResult> taken = new ArrayList<>();

    assertThatThrownBy(
            () ->
                new PoolScorer(MODEL, ScoringOptions.of(GRID, flip()).toBuilder().batch(2).build())
                    .score(
                        pool,
                        result -> {
                          if (taken.size() == 5) {
                            throw new IOException("No space left on device");
                          }
                          taken.add(result);
                        },
                        Progress.NONE))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("No space left on device");
    assertThat(taken).hasSize(5);
  }

  @Test
  void score_interrupted_endsWithinABatchAndKeepsTheInterrupt() throws IOException {
    Pool pool = mixedPool(60);
    List<ImageResult> taken = new ArrayList<>();

    assertThatThrownBy(
            () ->
                new PoolScorer(MODEL, ScoringOptions.of(GRID, flip()).toBuilder().batch(2).build())
                    .score(
                        pool,
                        result -> {
                          taken.add(result);
                          if (taken.size() == 3) {
                            Thread.currentThread().interrupt();
                          }
                        },
                        Progress.NONE))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(taken).hasSizeBetween(3, 4);
  }

  @Test
  void score_progress_countsEveryImageAndSummaryAddsUp() throws IOException {
    Pool pool = mixedPool(9);
    List<Long> done = new ArrayList<>();

    ScoringSummary summary =
        new PoolScorer(MODEL, ScoringOptions.of(GRID, flip()))
            .score(pool, result -> {}, (count, total, note) -> done.add(count));

    assertThat(done).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(summary.images()).isEqualTo(9);
    assertThat(summary.scored()).isEqualTo(9);
    assertThat(summary.elapsed()).isGreaterThanOrEqualTo(summary.run());
    assertThat(summary.toString()).contains("9 images in").contains("cpu");
  }

  @Test
  void score_networkWithItsHeavyPartInFloat16_summarySaysHowMuchOfIt() throws IOException {
    OnnxModelFile half = HalfPrecision.convert(MODEL.file());

    ScoringSummary summary =
        new PoolScorer(
                new LoadedModel(half, MODEL.card(), List.of()), ScoringOptions.of(GRID, flip()))
            .score(mixedPool(3), result -> {}, Progress.NONE);

    assertThat(summary.toString())
        .contains("; cpu (")
        .endsWith("), float16 in 1 of 1 convolutions and matrix products");
  }

  @Test
  void score_random_needsNoNetworkAndDependsOnSeedAlone() throws IOException {
    Pool pool = mixedPool(10);
    ScoringOptions options = ScoringOptions.of(GRID, Acquisition.random(3));

    List<ImageResult> first = score(pool, options);
    List<ImageResult> second = score(pool, options.toBuilder().decodeThreads(3).batch(5).build());
    List<ImageResult> other = score(pool, ScoringOptions.of(GRID, Acquisition.random(4)));

    assertThat(second).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  @Test
  void score_imageNamedTwice_isScoredTwice() throws IOException {
    Pictures.png(folder.resolve("a.png"), 12, 12, 1);
    Pool pool = Pool.ofLines(folder, new java.io.StringReader("a.png\na.png\na.png\n"), "list");

    List<ImageResult> results =
        score(pool, ScoringOptions.of(GRID, flip()).toBuilder().batch(2).build());

    assertThat(results).hasSize(3).allMatch(results.get(0)::equals);
  }

  @Test
  void score_singleViews_addUpToTheMeasureOfBoth() throws IOException {
    Pictures.png(folder.resolve("x.png"), 17, 33, 4);
    Pool pool = Pool.ofFolder(folder);
    for (String name :
        List.of(
            "flip-entropy",
            "vertical-flip-entropy",
            "rotation-90-entropy",
            "rotation-180-entropy")) {
      Acquisition whole = Acquisition.parse(name, 1, 0);
      List<RegionScores> views = new ArrayList<>();
      for (Acquisition view : whole.views()) {
        views.add((RegionScores) score(pool, ScoringOptions.of(GRID, view)).get(0));
      }

      RegionScores both = (RegionScores) score(pool, ScoringOptions.of(GRID, whole)).get(0);

      assertThat(views).as(name).hasSize(2);
      assertThat(views.get(0).plus(views.get(1)).scores())
          .as(name)
          .containsExactly(both.scores(), within(1e-5f));
      assertThat(views.get(0)).as(name).isNotEqualTo(views.get(1));
    }
    assertThat(Acquisition.parse("translation-entropy", 1, 0).views()).isEmpty();
    assertThat(Acquisition.parse("view-disagreement", 1, 0).views()).isEmpty();
  }

  @Test
  void score_classWeightsWithoutTheImage_isRefused() {
    assertThatThrownBy(
            () ->
                new ScoringRequest(
                    GRID.on(new ImageSize(24, 33)),
                    1,
                    flip().views().get(1).head().orElseThrow(),
                    Set.of(),
                    List.of(1f, 2f)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the image itself");
  }

  private static Acquisition flip() {
    return Acquisition.FLIP_ENTROPY;
  }

  /** Images of two sizes in turn, in groups of irregular length. */
  private Pool mixedPool(int images) throws IOException {
    for (int index = 0; index < images; index++) {
      int height = index % 5 < 3 ? 24 : 17;
      Pictures.png(folder.resolve(String.format("%02d.png", index)), height, 33, index);
    }
    return Pool.ofFolder(folder);
  }

  private static List<ImageResult> score(Pool pool, ScoringOptions options) {
    List<ImageResult> results = new ArrayList<>();
    new PoolScorer(MODEL, options).score(pool, results::add, Progress.NONE);
    return results;
  }
}
