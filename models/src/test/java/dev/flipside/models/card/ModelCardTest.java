package dev.flipside.models.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ModelCardTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static Stream<ModelCard> cards() {
    Provenance provenance =
        new Provenance(
            "flipside 1",
            "sha256:0",
            -7,
            new TreeMap<>(Map.of("epochs", "3")),
            new TreeMap<>(Map.of("java", "17")),
            Instant.parse("2021-11-22T09:00:00Z"));
    ClassMap sides = new ClassMap(ClassMap.unnamed(3).classes(), 9, List.of(1, 0, 2));
    InputCard fixed =
        new InputCard(
            "x",
            TensorLayout.NHWC,
            TensorType.FLOAT16,
            ChannelOrder.BGR,
            1,
            List.of(104f, 117f, 123f),
            List.of(1f, 1f, 1f),
            new SizeRule.Fixed(new ImageSize(512, 1024)));
    InputCard multiple =
        new InputCard(
            "x",
            TensorLayout.NCHW,
            TensorType.UINT8,
            ChannelOrder.RGB,
            1,
            List.of(0f, 0f, 0f),
            List.of(1f, 1f, 1f),
            new SizeRule.MultipleOf(32));
    return Stream.of(
        ModelCard.trained(ClassMap.CAMVID, provenance),
        new ModelCard(
            sides,
            fixed,
            new OutputCard("y", TensorLayout.NHWC, OutputMeaning.LOG_PROBABILITIES, 3),
            null,
            "CC-BY-4.0"),
        new ModelCard(
            ClassMap.CITYSCAPES,
            multiple,
            new OutputCard("y", TensorLayout.NCHW, OutputMeaning.PROBABILITIES, null),
            null,
            null));
  }

  @ParameterizedTest
  @MethodSource("cards")
  void toJson_card_isReadBackAndFitsTheSchema(ModelCard card) throws IOException {
    assertThat(ModelCard.fromJson(card.toJson(), "test")).isEqualTo(card);
    assertThat(schema().violations(MAPPER.readTree(card.toJson()))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/flipsideCard, 2, flipsideCard",
    "/classes/ignoreIndex, \"eleven\", ignoreIndex",
    "/classes/classes/0/color, \"blue\", color",
    "/input/layout, \"hwc\", layout",
    "/input/scale, 0, scale",
    "/input/mean, [1], mean",
    "/input/std, '[0,1,1]', std",
    "/input/size, {\"rule\":\"odd\"}, rule",
    "/input/size, {\"rule\":\"fixed\"}, height",
    "/output/meaning, \"votes\", meaning",
    "/output/voidChannel, -1, void channel",
    "/licence, 3, licence",
    "/extra, 1, extra"
  })
  void fromJson_brokenField_isNamedAndFailsTheSchema(String path, String value, String named)
      throws IOException {
    JsonNode card = MAPPER.readTree(cards().findFirst().orElseThrow().toJson());
    int slash = path.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) card.at(path.substring(0, slash));
    parent.set(path.substring(slash + 1), MAPPER.readTree(value));

    assertThatThrownBy(() -> ModelCard.fromJson(card.toString(), "my.json"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageStartingWith("my.json")
        .hasMessageContaining(named);
    assertThat(schema().violations(card)).isNotEmpty();
  }

  @Test
  void fromJson_notJson_saysSo() {
    assertThatThrownBy(() -> ModelCard.fromJson("{", "my.json"))
        .hasMessageStartingWith("my.json: not JSON");
    assertThatThrownBy(() -> ModelCard.fromJson("[".repeat(5000), "my.json"))
        .hasMessageStartingWith("my.json: not JSON");
    assertThatThrownBy(() -> ModelCard.fromJson("[]", "my.json"))
        .hasMessageContaining("expected an object");
  }

  @Test
  void readClasses_nameNumberAndFile_areAllUnderstood(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("classes.json");
    ClassMaps.write(file, ClassMap.CAMVID);

    assertThat(ClassMaps.read("camvid")).isEqualTo(ClassMap.CAMVID);
    assertThat(ClassMaps.read("Cityscapes")).isEqualTo(ClassMap.CITYSCAPES);
    assertThat(ClassMaps.read("21").count()).isEqualTo(21);
    assertThat(ClassMaps.read(file)).isEqualTo(ClassMap.CAMVID);
    assertThatThrownBy(() -> ClassMaps.read("0")).hasMessageContaining("expected 1 to 255");
    assertThatThrownBy(() -> ClassMaps.read("nothing.json"))
        .hasMessageContaining("no such class map");
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> ClassMaps.read(file)).hasMessageContaining("\"classes\": missing");
  }

  @Test
  void readClasses_withoutColorsAndIgnoreIndex_hasDefaults(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("classes.json");
    Files.writeString(file, "{\"classes\":[{\"name\":\"sky\"},{\"name\":\"road\"}]}");

    ClassMap classes = ClassMaps.read(file);

    assertThat(classes.ignoreIndex()).isEqualTo(255);
    assertThat(classes.classes().get(1).name()).isEqualTo("road");
    assertThat(classes.classes().get(1).color()).isEqualTo(ClassMap.defaultColor(1));
    Files.writeString(
        file, "{\"classes\":[{\"name\":\"sky\",\"color\":\"#808080\"},{\"name\":\"road\"}]}");
    assertThatThrownBy(() -> ClassMaps.read(file)).hasMessageContaining("\"color\": missing");
  }

  @Test
  void write_classMap_followsItsSchema() throws IOException {
    JsonSchema schema = schema("class-map.schema.json");

    assertThat(schema.violations(MAPPER.readTree(ClassMaps.toJson(ClassMap.CAMVID)))).isEmpty();
    assertThat(schema.violations(MAPPER.readTree("{\"classes\":[{\"name\":\"a\"}]}"))).isEmpty();
    assertThat(schema.violations(MAPPER.readTree("{\"classes\":[]}"))).isNotEmpty();
  }

  private static JsonSchema schema() throws IOException {
    return schema("model-card.schema.json");
  }

  private static JsonSchema schema(String name) throws IOException {
    try (InputStream in = ModelCard.class.getResourceAsStream(name)) {
      return new JsonSchema(MAPPER.readTree(in));
    }
  }
}
