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
import org.junit.jupiter.params.provider.ValueSource;

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
    ImageSize square = new ImageSize(640, 640);
    List<Float> mean = List.of(123.5f, 116.25f, 103.5f);
    Stream<SizeRule> fits =
        Stream.of(
            new SizeRule.Fit(square, 0, 0, 1, Placement.CENTER, List.of(114f), Rounding.NEAREST),
            new SizeRule.Fit(square, 512, 2048, 1, Placement.TOP_LEFT, mean, Rounding.NEAREST),
            new SizeRule.Fit(null, 512, 2048, 32, Placement.STRETCH, List.of(), Rounding.DOWN),
            new SizeRule.Fit(null, 0, 640, 1, Placement.CENTER, List.of(0.5f), Rounding.NEAREST));
    ModelCard trained = ModelCard.trained(ClassMap.CAMVID, provenance);
    Stream<ModelCard> others =
        Stream.of(
            trained,
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
    InputCard bands =
        new InputCard(
            "x",
            TensorLayout.NCHW,
            TensorType.FLOAT32,
            ChannelOrder.BANDS,
            0.0001f,
            List.of(0.5f, 0.25f),
            List.of(1f, 2f),
            SizeRule.FREE,
            new PixelFormat(List.of(4, 2), 16));
    ModelCard ofBands =
        new ModelCard(
            ClassMap.CAMVID,
            bands,
            new OutputCard("y", TensorLayout.NCHW, OutputMeaning.LOGITS, null),
            null,
            null);
    return Stream.concat(
        Stream.concat(others, Stream.of(ofBands)), fits.map(trained::withInputSize));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "free",
        "multiple of 32",
        "fixed 512x1024",
        "fit 640x480 center pad 114.0",
        "fit shortest 512 longest 2048 divisor 32 stretch",
        "fit shortest 512 longest 2048 divisor 32 round-down stretch",
        "fit 64x64 shortest 30 top-left pad 1.0,2.0,3.0"
      })
  void parse_wordsOfARule_giveThatRule(String words) {
    assertThat(SizeRules.parse(words)).hasToString(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fit",
        "fixed",
        "multiple of two",
        "fit 640x640",
        "fit 640x640 center pad",
        "fit 640x640 center pad 1,x",
        "fit 640x640 stretch",
        "fit 640x640 divisor 32 pad 0",
        "fit shortest 0 pad 0",
        "fit shortest -4 pad 0",
        "fit longest 40 divisor 9999 pad 0",
        "fit longest 40 pad NaN",
        "fit 99999x99999 pad 0",
        "fit 1x2 3 pad 0",
        "fit 64x64 1x2 pad 0",
        "fit shortest 4 shortest 5 pad 0",
        "fit longest 4 longest 5 pad 0",
        "fit longest 4 divisor 2 divisor 4 pad 0",
        "fit longest 4 center top-left pad 0",
        "fit longest 4 pad 0 pad 1,2",
        "fit longest 4 round-down round-down pad 0"
      })
  void parse_otherWords_areRefused(String words) {
    assertThatThrownBy(() -> SizeRules.parse(words)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    // The image is 100 px high and 301 px wide.
    "fit 64x64 center pad 0, 64x64, 21x64, 21, 0",
    "fit 300x90 center pad 0, 300x90, 30x90, 135, 0",
    "fit 64x301 top-left pad 0, 64x301, 64x193, 0, 0",
    "fit shortest 50 divisor 32 center pad 0, 64x160, 50x150, 7, 5",
    "fit shortest 50 longest 60 pad 0, 20x60, 20x60, 0, 0",
    "fit shortest 50 longest 60 divisor 16 stretch, 32x64, 32x64, 0, 0",
    "fit longest 602 pad 0, 200x602, 200x602, 0, 0",
    "fit longest 1 pad 0, 1x1, 1x1, 0, 0",
    "fit 64x64 shortest 5 pad 0, 64x64, 5x15, 0, 0"
  })
  void canvas_fit_keepsTheRatioOfTheSides(
      String rule, String size, String content, int top, int left) {
    Canvas canvas = SizeRules.parse(rule).canvas(new ImageSize(100, 301));

    assertThat(canvas)
        .isEqualTo(new Canvas(ImageSize.parse(size), ImageSize.parse(content), top, left));
  }

  @Test
  void parse_repeatedWord_isNamed() {
    assertThatThrownBy(() -> SizeRules.parse("fit longest 4 center stretch"))
        .hasMessageContaining("\"stretch\", but center, top-left or stretch is told before");
  }

  /** Limits of the sides are those of Hugging Face Transformers, calculated in Python. */
  @ParameterizedTest
  @CsvSource({
    "fit shortest 512 longest 2048 divisor 32 round-down stretch, 500x657, 512x672, 512x672",
    "fit shortest 512 longest 2048 round-down pad 0, 657x500, 672x512, 672x512",
    "fit shortest 60 longest 70 round-down pad 0, 45x83, 38x70, 38x70",
    "fit shortest 50 longest 90 round-down pad 0, 77x203, 34x90, 34x90",
    "fit shortest 13 longest 20 round-down pad 0, 17x100, 3x20, 3x20",
    "fit longest 90 round-down pad 0, 203x77, 90x34, 90x34",
    "fit longest 1 round-down pad 0, 100x301, 1x1, 1x1",
    "fit 64x64 round-down center pad 0, 100x301, 64x64, 21x64",
    "fit 64x40 round-down pad 0, 10x10, 64x40, 40x40",
    "fit 64x96 shortest 40 round-down pad 0, 40x200, 64x96, 19x96"
  })
  void canvas_roundedDown_truncatesTheSides(
      String rule, String image, String size, String content) {
    Canvas canvas = SizeRules.parse(rule).canvas(ImageSize.parse(image));

    assertThat(canvas.size()).isEqualTo(ImageSize.parse(size));
    assertThat(canvas.content()).isEqualTo(ImageSize.parse(content));
  }

  @Test
  void canvas_inputOfTooManyPixels_isRefused() {
    SizeRule rule = SizeRules.parse("fit shortest 800 pad 0");

    assertThatThrownBy(() -> rule.canvas(new ImageSize(2, 60_000)))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("an image of 2x60000 becomes an input of 800x24000000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"bands\":[4,2] | bits",
        "\"bits\":8 | bands",
        "\"bands\":[],\"bits\":8 | expected the numbers of the bands",
        "\"bands\":[0,1],\"bits\":8 | each from 1 to 512",
        "\"bands\":[1,2],\"bits\":12 | expected 8 or 16",
        "\"bands\":[1,2,3],\"bits\":8 | expected three finite numbers"
      })
  void fromJson_brokenBands_areNamed(String bands, String named) {
    String card =
        """
        {"flipsideCard":1,"classes":{"classes":[{"name":"a","color":"#000000"}],"ignoreIndex":9},
        "input":{"name":"x","layout":"nchw","type":"float32","channels":"bands",%s,"scale":1,
        "mean":[0,0],"std":[1,1],"size":{"rule":"free"}},
        "output":{"name":"y","layout":"nchw","meaning":"logits"}}"""
            .formatted(bands);

    assertThatThrownBy(() -> ModelCard.fromJson(card, "my.json"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageStartingWith("my.json")
        .hasMessageContaining(named);
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
    "/input/size, '{\"rule\":\"fit\",\"longest\":9,\"placement\":\"left\",\"pad\":[0]}', placement",
    "/input/size, '{\"rule\":\"fit\",\"longest\":-9,\"placement\":\"center\",\"pad\":[0]}', longest",
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
