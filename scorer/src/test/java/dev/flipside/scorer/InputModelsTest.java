package dev.flipside.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.SizeRules;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringHead;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.inference.OrtModelRunner;
import dev.flipside.scorer.inference.ScoringSession;
import dev.flipside.scorer.inference.SessionOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models whose images are prepared in unusual ways ({@code make_input_models.py}): each is scored
 * as float64 arithmetic with the formulas of its library scores it.
 */
class InputModelsTest {
  private static final Path FOLDER = Path.of("src/test/resources/input-models");

  static Stream<Arguments> models() throws IOException {
    JsonNode table = new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
    List<Arguments> rows = new ArrayList<>();
    table.properties().forEach(row -> rows.add(Arguments.of(row.getKey(), row.getValue())));
    return rows.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void score_bothViews_asTheLibraryPreparesImages(String name, JsonNode expected) {
    LoadedModel model = open(name);

    float[] scores = scores(model, expected.get("image").asText(), 2);

    assertThat(scores).hasSize(2 * expected.get("scores").size());
    for (int region = 0; region < scores.length; region++) {
      assertThat((double) scores[region])
          .as("region " + region)
          .isCloseTo(
              expected.get("scores").get(region % 6).asDouble(),
              within(expected.get("tolerance").asDouble()));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void open_sizeRule_isThatOfTheFile(String name, JsonNode expected) {
    String rule = open(name).card().input().size().toString();

    assertThat(rule).isEqualTo(expected.get("size").asText());
    assertThat(SizeRules.parse(rule)).hasToString(rule);
  }

  private static LoadedModel open(String name) {
    Path file = FOLDER.resolve(name).resolve("model.onnx");
    return ModelSource.open(file, null, CardOverrides.NONE, new OrtModelRunner());
  }

  /** Returns the scores of a batch of equal images. */
  private static float[] scores(LoadedModel model, String image, int batch) {
    DecodedImage picture = ImageReader.read(FOLDER.resolve(image), null);
    ByteBuffer images = ByteBuffer.allocateDirect(batch * picture.rgb().limit());
    for (int i = 0; i < batch; i++) {
      images.put(picture.rgb().duplicate().rewind());
    }
    ScoringRequest request =
        new ScoringRequest(
            new GridSpec.Counts(2, 3).on(picture.size()),
            batch,
            ScoringHead.FLIP_ENTROPY,
            Set.of());
    ScoringGraph graph = ScoringGraph.graft(model.file(), model.card(), request);
    try (ScoringSession session = ScoringSession.open(graph, SessionOptions.cpu())) {
      return session.run(images.flip());
    }
  }
}
