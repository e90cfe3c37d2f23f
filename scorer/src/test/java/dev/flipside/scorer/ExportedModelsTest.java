package dev.flipside.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.scoring.ScoringSpec;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.inference.OrtModelRunner;
import dev.flipside.scorer.inference.ScoringSession;
import dev.flipside.scorer.inference.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models exported by many libraries ({@code make_models.py}): each is scored as float64 arithmetic
 * on its own output scores it, or refused with the reason.
 */
class ExportedModelsTest {
  private static final Path FOLDER = Path.of("src/test/resources/models");

  static Stream<Arguments> models() throws IOException {
    JsonNode table = new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
    List<Arguments> rows = new ArrayList<>();
    table.properties().forEach(row -> rows.add(Arguments.of(row.getKey(), row.getValue())));
    return rows.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void score_exportedModel_asItsNumbersSayOrRefused(String name, JsonNode expected) {
    Path file = FOLDER.resolve(name).resolve("model.onnx");
    if (expected.has("refused")) {
      assertThatThrownBy(() -> open(file))
          .isInstanceOf(FlipsideException.class)
          .hasMessageContaining(expected.get("refused").asText());
      return;
    }

    float[] scores = scores(open(file));

    assertThat(scores).hasSize(expected.get("scores").size());
    for (int region = 0; region < scores.length; region++) {
      assertThat((double) scores[region])
          .as("region " + region)
          .isCloseTo(
              expected.get("scores").get(region).asDouble(),
              within(expected.get("tolerance").asDouble()));
    }
  }

  @Test
  void page_everyModel_isInTheTable() throws IOException {
    String page = Files.readString(Path.of("../docs/bring-your-own-model.md"));
    String table = page.substring(page.indexOf("## Which models work"));

    assertThat(models().map(row -> "`" + row.get()[0] + "`"))
        .hasSizeGreaterThan(60)
        .allMatch(table::contains);
  }

  private static LoadedModel open(Path file) {
    return ModelSource.open(file, null, CardOverrides.NONE, new OrtModelRunner());
  }

  private static float[] scores(LoadedModel model) {
    DecodedImage picture = ImageReader.read(FOLDER.resolve("picture.png"), null);
    RegionGrid grid = new GridSpec.Counts(2, 3).on(picture.size());
    ScoringRequest request = new ScoringRequest(grid, 1, ScoringSpec.ENTROPY, Set.of());
    ScoringGraph graph = ScoringGraph.graft(model.file(), model.card(), request);
    try (ScoringSession session = ScoringSession.open(graph, SessionOptions.cpu())) {
      return session.run(picture.rgb());
    }
  }
}
