package dev.flipside.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionId;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.pipeline.PoolScorer;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pipeline.ScoringSummary;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.TopRegions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference logits go in as pictures that a network looks up; scores and ranks come out. */
class GoldenEntropyTest {
  @TempDir Path folder;

  static List<String> sets() throws IOException {
    return Vectors.sets("a_entropy", "view1_flipped.f32");
  }

  @ParameterizedTest
  @MethodSource("sets")
  void score_referenceLogits_givesReferenceMeansAndOrder(String set) throws IOException {
    Path vectors = Vectors.folder("a_entropy/" + set);
    JsonNode expected = Vectors.expected(vectors);
    LoadedModel model = model(vectors, expected);
    JsonNode shape = expected.get("view0").get("shape");
    Pool pool = pool(shape.get(0).asInt(), shape.get(2).asInt(), shape.get(3).asInt());
    double tolerance = set.equals("extreme") ? 1e-4 : 1e-5;

    for (JsonNode grid : expected.get("grids")) {
      GridSpec spec =
          new GridSpec.RegionSize(grid.get("region_h").asInt(), grid.get("region_w").asInt());
      List<RegionScores> flip = score(model, spec, Acquisition.FLIP_ENTROPY, pool);
      List<RegionScores> single = score(model, spec, Acquisition.ENTROPY, pool);

      for (int image = 0; image < flip.size(); image++) {
        requireScores(flip.get(image), grid.get("mean").get(image), tolerance);
        if (grid.has("mean_view0_only")) {
          requireScores(single.get(image), grid.get("mean_view0_only").get(image), tolerance);
        }
      }
      if (grid.path("min_gap_mean").asDouble() > 2e-5 || set.equals("ties")) {
        assertThat(order(flip)).isEqualTo(grid.get("order_by_mean").toString());
      }
    }
  }

  @Test
  void score_nanAndInfinity_areReportedNotRanked() throws IOException {
    Path vectors = Vectors.folder("a_entropy/invalid_must_be_reported");
    JsonNode expected = Vectors.expected(vectors);
    JsonNode shape = expected.get("view0").get("shape");
    float[] view0 = Vectors.floats(vectors.resolve("view0.f32"));
    int height = shape.get(2).asInt();
    int width = shape.get(3).asInt();
    LoadedModel model = TestModels.lookup(view0, view0, 1, shape.get(1).asInt(), height, width);
    List<ImageResult> results = new ArrayList<>();

    ScoringSummary summary =
        new PoolScorer(model, ScoringOptions.of(new GridSpec.Counts(2, 2), Acquisition.ENTROPY))
            .score(pool(1, height, width), results::add, Progress.NONE);

    assertThat(summary.failed()).isEqualTo(1);
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            ImageFailure.class,
            failure -> assertThat(failure.error()).startsWith("region [0,0] has the score NaN: "));
  }

  private static LoadedModel model(Path vectors, JsonNode expected) throws IOException {
    JsonNode shape = expected.get("view0").get("shape");
    return TestModels.lookup(
        Vectors.floats(vectors.resolve("view0.f32")),
        Vectors.floats(vectors.resolve("view1_flipped.f32")),
        shape.get(0).asInt(),
        shape.get(1).asInt(),
        shape.get(2).asInt(),
        shape.get(3).asInt());
  }

  /** Images whose green says which they are; red tells left from right. */
  private Pool pool(int images, int height, int width) {
    for (int index = 0; index < images; index++) {
      DecodedImage image = DecodedImage.black(new ImageSize(height, width));
      for (int at = 0; at < height * width; at++) {
        image.rgb().put(3 * at, (byte) (width > 1 && at % width == width - 1 ? 255 : 0));
        image.rgb().put(3 * at + 1, (byte) index);
      }
      ImageWriter.writeRgb(folder.resolve(index + ".png"), image);
    }
    return Pool.ofFolder(folder);
  }

  private static List<RegionScores> score(
      LoadedModel model, GridSpec grid, Acquisition acquisition, Pool pool) {
    List<RegionScores> scores = new ArrayList<>();
    new PoolScorer(model, ScoringOptions.of(grid, acquisition))
        .score(pool, result -> scores.add((RegionScores) result), Progress.NONE);
    return scores;
  }

  private static void requireScores(RegionScores scores, JsonNode rows, double tolerance) {
    int index = 0;
    for (JsonNode row : rows) {
      for (JsonNode value : row) {
        assertThat((double) scores.scores()[index])
            .as("%s region %s", scores.image(), index)
            .isCloseTo(value.asDouble(), within(tolerance));
        index++;
      }
    }
    assertThat(index).isEqualTo(scores.scores().length);
  }

  private static String order(List<RegionScores> scores) {
    TopRegions top = new TopRegions(scores.stream().mapToInt(each -> each.grid().count()).sum());
    scores.forEach(top::offer);
    List<String> order = new ArrayList<>();
    for (SelectedRegion selected : top.ranked()) {
      RegionId id = selected.id();
      order.add("[" + id.image().replace(".png", "") + "," + id.row() + "," + id.col() + "]");
    }
    return order.toString().replace(" ", "");
  }
}
