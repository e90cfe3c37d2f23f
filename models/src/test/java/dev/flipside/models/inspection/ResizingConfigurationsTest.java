package dev.flipside.models.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.SizeRules;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.evidence.Finding;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations that keep the ratio of the sides are followed, or named as not followed. */
class ResizingConfigurationsTest {
  private static final String HUB = "preprocessor_config.json";
  private static final String PLAIN = "'do_normalize':false";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'size':{'shortest_edge':40,'longest_edge':null} | fit shortest 40 round-down top-left pad 0.0",
        "'size':{'longest_edge':90} | fit longest 90 round-down top-left pad 0.0",
        "'size':40,'max_size':90 | fit shortest 40 longest 90 round-down top-left pad 0.0",
        "'size':40 | free",
        "'size':{'height':40,'width':50} | free",
        "'size':{'shortest_edge':40},'do_resize':false | free",
        "'size':{'shortest_edge':40},'do_pad':true,'pad_size':{'height':64,'width':96}"
            + " | fit 64x96 shortest 40 round-down top-left pad 0.0",
        "'size':{'shortest_edge':40},'size_divisor':32 | fit shortest 40 round-down top-left pad 0.0",
        "'size':{'shortest_edge':64,'longest_edge':64},'do_pad':true,"
            + "'image_processor_type':'EomtImageProcessor'"
            + " | fit 64x64 shortest 64 longest 64 top-left pad 0.0",
        "'size':40,'max_size':90,'size_divisibility':32,'feature_extractor_type':"
            + "'MaskFormerFeatureExtractor' | fit shortest 40 longest 90 divisor 32 round-down stretch",
      })
  void inspect_hubConfiguration_givesTheRule(String fields, String rule) throws IOException {
    write(HUB, "{" + PLAIN + "," + fields + "}");

    assertThat(rule(inspect(free(), CardOverrides.NONE))).isEqualTo(rule);
  }

  /** The padding is what the network saw in training: 0, whatever the raw values are. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'do_normalize':false | 0.5 | 64,32,16 | 128.0,64.0,32.0",
        "'do_normalize':true,'image_mean':[0.5,0.5,0.5],'image_std':[1,1,1] | 1 | 8,8,8 | 8.0",
        "'do_rescale':true,'rescale_offset':true | 0.25 | 1,2,3 | 4.0,8.0,12.0"
      })
  void inspect_hubPaddingWithToldNormalization_isWhatThatMakesZero(
      String file, float scale, String mean, String pad) throws IOException {
    write(HUB, "{" + file + ",'size':{'shortest_edge':40},'do_pad':true,'size_divisor':32}");
    List<Float> means = Stream.of(mean.split(",", -1)).map(Float::valueOf).toList();
    List<Float> one = List.of(1f, 1f, 1f);

    CardOverrides told =
        new CardOverrides(null, null, null, scale, means, one, null, null, null, null, null);

    assertThat(rule(inspect(free(), told)))
        .isEqualTo("fit shortest 40 divisor 32 round-down top-left pad " + pad);
  }

  @Test
  void inspect_hubPaddingOfAGraphThatNormalizes_isWhatTheGraphMakesZero() throws IOException {
    write(
        HUB,
        "{'rescale_factor':1,'image_mean':[32,16,8],'image_std':[2,2,2],'do_normalize':true,"
            + "'size':{'shortest_edge':40},'do_pad':true,'size_divisor':32}");
    List<Float> one = List.of(1f, 1f, 1f);
    List<Float> zero = List.of(0f, 0f, 0f);
    CardOverrides raw =
        new CardOverrides(null, null, null, 1f, zero, one, null, null, null, null, null);

    assertThat(rule(inspect(normalizing(), raw))).endsWith("pad 32.0,16.0,8.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'size':{'shortest_edge':40},'do_center_crop':true | do_center_crop",
        "'size':{'height':40,'width':50},'keep_aspect_ratio':true | keep_aspect_ratio",
        "'size':{'shortest_edge':40},'do_split_image':true | do_split_image"
      })
  void inspect_resizingThatIsNotFollowed_isToldAsAssumption(String fields, String named)
      throws IOException {
    write(HUB, "{" + PLAIN + "," + fields + "}");

    ModelInspection found = inspect(free(), CardOverrides.NONE);

    assertThat(rule(found)).isEqualTo("free");
    assertThat(size(found).assumed()).isTrue();
    assertThat(size(found).reason()).contains(named, "not followed", "--input-size");
  }

  @Test
  void inspect_fixedInputOfASourceThatDoesNotPadToIt_isStretchedAndTold() throws IOException {
    write(HUB, "{" + PLAIN + ",'size':{'shortest_edge':40,'longest_edge':90}}");

    ModelInspection found = inspect(fixed(64, 96), CardOverrides.NONE);

    assertThat(rule(found)).isEqualTo("fixed 64x96");
    assertThat(size(found).assumed()).isTrue();
    assertThat(size(found).reason())
        .contains("shortest 40, longest 90", "not followed", "--input-size");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'Resize','size':[70,50],'keep_ratio':false} | free",
        "{'type':'Resize','size':70,'keep_ratio':true} | fit shortest 70 longest 70 top-left pad 0.0",
        "{'type':'Resize','scale':[70,50],'keep_ratio':true},{'type':'Pad','size':[64,96]} | free",
        "{'type':'Resize','scale':[70,50],'keep_ratio':true},{'type':'Pad','pad_to_square':true}"
            + " | free"
      })
  void inspect_mmdeployPipeline_givesTheRule(String steps, String rule) throws IOException {
    write("pipeline.json", "{'pipeline':{'tasks':[{'transforms':[" + steps + "]}]}}");

    assertThat(rule(inspect(free(), CardOverrides.NONE))).isEqualTo(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{type: ResizeByShort, short_size: 40, max_size: 90}"
            + " | fit shortest 40 longest 90 top-left pad 0.0",
        "{type: Resize, target_size: [90, 40], keep_ratio: true, size_divisor: 32}"
            + " | fit shortest 40 longest 90 divisor 32 stretch",
        "{type: Resize, target_size: [90, 40]} | free",
        "{type: LimitLong, max_long: 90} | free",
        "{type: ResizeByLong, long_size: 90}, {type: Normalize}, {type: Padding, target_size: [90,"
            + " 90]} | free"
      })
  void inspect_paddleTransforms_giveTheRule(String steps, String rule) throws IOException {
    Files.writeString(folder.resolve("deploy.yaml"), "Deploy:\n  transforms: [" + steps + "]\n");

    assertThat(rule(inspect(free(), CardOverrides.NONE))).isEqualTo(rule);
  }

  @Test
  void inspect_imageSizeThatIsNotSquare_isPaddedWhole() throws IOException {
    write("metadata.yaml", "{stride: 32, imgsz: [64, 96], names: {0: a, 1: b, 2: c, 3: d}}");

    ModelInspection found = inspect(free(), CardOverrides.NONE);

    assertThat(rule(found)).isEqualTo("fit 64x96 center pad 114.0");
    assertThat(found.findings())
        .filteredOn(each -> each.field().equals("input.size"))
        .singleElement()
        .matches(each -> each.value().equals(rule(found)) && each.reason().equals("metadata.yaml"));
  }

  @Test
  void inspect_filesThatDisagree_asks() throws IOException {
    write(HUB, "{" + PLAIN + ",'size':{'shortest_edge':40}}");
    write("processor_config.json", "{" + PLAIN + ",'size':{'shortest_edge':50}}");

    ModelInspection found = inspect(free(), CardOverrides.NONE);

    assertThat(found.card()).isNull();
    assertThat(found.toTell()).contains(HUB, "shortest 40", "shortest 50", "--input-size");
  }

  @ParameterizedTest
  @ValueSource(strings = {"free", "multiple of 8", "fixed 32x32", "fit longest 50 center pad 3.0"})
  void inspect_option_overridesTheFile(String rule) throws IOException {
    write(HUB, "{" + PLAIN + ",'size':{'shortest_edge':40}}");

    assertThat(rule(inspect(free(), told(rule)))).isEqualTo(rule);
  }

  @Test
  void inspect_optionThatContradictsADeclaredSize_isRefused() {
    ModelInspection found = inspect(fixed(64, 96), told("fit 96x64 center pad 0"));

    assertThat(found.card()).isNull();
    assertThat(found.toTell())
        .contains(
            "[N,3,64,96] has a fixed size, --input-size says fit 96x64", "leave --input-size");
    assertThat(rule(inspect(fixed(64, 96), told("fit 64x96 center pad 0"))))
        .isEqualTo("fit 64x96 center pad 0.0");
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content.replace('\'', '"'));
  }

  private static CardOverrides told(String rule) {
    return new CardOverrides(
        null, null, null, null, null, null, null, null, null, null, SizeRules.parse(rule));
  }

  private static String rule(ModelInspection found) {
    return Objects.requireNonNull(found.card(), String.valueOf(found.toTell()))
        .input()
        .size()
        .toString();
  }

  private static Finding size(ModelInspection found) {
    return found.findings().stream()
        .filter(each -> each.field().equals("input.size") && each.assumed())
        .findFirst()
        .orElseThrow();
  }

  private ModelInspection inspect(OnnxModelFile model, CardOverrides told) {
    return ModelInspection.of(model, null, told, new InspectionContext(null, folder));
  }

  private static OnnxModelFile free() {
    return model("H", "W");
  }

  private static OnnxModelFile fixed(int height, int width) {
    return model(height, width);
  }

  private static OnnxModelFile normalizing() {
    OnnxGraph graph = new OnnxGraph("normalizing", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue mean = graph.initializer("m", new float[] {32, 16, 8}, 1, 3, 1, 1);
    OnnxValue std = graph.initializer("s", new float[] {2, 2, 2}, 1, 3, 1, 1);
    OnnxValue x = graph.node("Sub", Map.of(), input, mean);
    x = graph.node("Div", Map.of(), x, std);
    OnnxValue weights = graph.initializer("w", new float[4 * 3], 4, 3, 1, 1);
    OnnxValue last = graph.node("Conv", Map.of(), x, weights);
    graph.output("y", last, TensorType.FLOAT32, "N", 4, "H", "W");
    return graph.build("test", "1");
  }

  private static OnnxModelFile model(Object height, Object width) {
    OnnxGraph graph = new OnnxGraph("plain", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, height, width);
    OnnxValue weights = graph.initializer("w", new float[4 * 3], 4, 3, 1, 1);
    OnnxValue last = graph.node("Conv", Map.of(), input, weights);
    graph.output("y", last, TensorType.FLOAT32, "N", 4, height, width);
    return graph.build("test", "1");
  }
}
