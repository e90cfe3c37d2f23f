package dev.flipside.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.card.SizeRules;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelInspection;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.scoring.ScoringGraph;
import dev.flipside.models.scoring.ScoringRequest;
import dev.flipside.models.scoring.ScoringSpec;
import dev.flipside.scorer.image.ImageFile;
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
import org.jspecify.annotations.Nullable;
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
    LoadedModel model = open(name, expected);

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
    String rule = open(name, expected).card().input().size().toString();

    assertThat(rule).isEqualTo(expected.get("size").asText());
    assertThat(SizeRules.parse(rule)).hasToString(rule);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void open_cardOfTheModel_givesTheSameInput(String name, JsonNode expected) {
    LoadedModel model = open(name, expected);
    ModelCard card = ModelCard.fromJson(model.card().toJson(), name);

    assertThat(card).isEqualTo(model.card());
    assertThat(ModelInspection.of(model.file(), card, CardOverrides.NONE).card()).isEqualTo(card);
  }

  private static LoadedModel open(String name, JsonNode expected) {
    Path file = FOLDER.resolve(name).resolve("model.onnx");
    return ModelSource.open(file, null, overrides(expected), new OrtModelRunner());
  }

  private static CardOverrides overrides(JsonNode told) {
    if (!told.has("bands")) {
      return CardOverrides.NONE;
    }
    List<Integer> bands = new ArrayList<>();
    told.get("bands").forEach(each -> bands.add(each.intValue()));
    PixelFormat pixels = new PixelFormat(bands, told.get("bits").intValue());
    Float scale = told.has("scale") ? (Float) told.get("scale").floatValue() : null;
    return new CardOverrides(
        null,
        null,
        null,
        scale,
        numbers(told, "mean"),
        numbers(told, "std"),
        null,
        null,
        null,
        pixels,
        null);
  }

  private static @Nullable List<Float> numbers(JsonNode told, String name) {
    List<Float> numbers = new ArrayList<>();
    told.path(name).forEach(each -> numbers.add(each.floatValue()));
    return numbers.isEmpty() ? null : numbers;
  }

  /** Returns the scores of a batch of equal images. */
  private static float[] scores(LoadedModel model, String image, int batch) {
    PixelFormat pixels = model.card().input().pixels();
    ImageFile file = ImageFile.read(FOLDER.resolve(image), pixels);
    int bytes = Math.toIntExact(pixels.pixelBytes() * file.size().pixels());
    ByteBuffer images = ByteBuffer.allocateDirect(batch * bytes);
    for (int i = 0; i < batch; i++) {
      file.decodeInto(images, i * bytes, file.size());
    }
    ScoringRequest request =
        new ScoringRequest(
            new GridSpec.Counts(2, 3).on(file.size()), batch, ScoringSpec.FLIP_ENTROPY, Set.of());
    ScoringGraph graph = ScoringGraph.graft(model.file(), model.card(), request);
    try (ScoringSession session = ScoringSession.open(graph, SessionOptions.cpu())) {
      return session.run(images);
    }
  }
}
