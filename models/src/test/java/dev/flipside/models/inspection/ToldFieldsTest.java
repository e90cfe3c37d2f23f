package dev.flipside.models.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told by hand or by a card and the file contradicts. */
class ToldFieldsTest {
  private static final int CLASSES = 4;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "N, 3, H, W, NHWC, its 3 channels lie as in NCHW",
    "1, 3, 64, 96, NHWC, has 96 where 3 channels belong",
    "a, b, c, d, NHWC, but then"
  })
  void open_layoutThatDoesNotFit_isRefused(
      String n, String a, String b, String c, TensorLayout told, String expected) {
    OnnxModelFile model = model(TensorType.FLOAT32, false, n, number(a), number(b), number(c));

    assertThatThrownBy(() -> open(model, layout(told)))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("input \"x\" float32")
        .hasMessageContaining(expected)
        .hasMessageContaining("leave --input-layout away");
    assertThat(open(model, layout(TensorLayout.NCHW)).card().input().layout())
        .isEqualTo(TensorLayout.NCHW);
  }

  @Test
  void open_cardOfAnotherModel_isRefused() throws Exception {
    LoadedModel free = open(model(TensorType.FLOAT32, false, "N", 3, "H", "W"), CardOverrides.NONE);
    Path card = Files.writeString(folder.resolve("card.json"), free.card().toJson());

    assertThatThrownBy(() -> open(card, model(TensorType.FLOAT16, false, "N", 3, "H", "W")))
        .hasMessageContaining("takes float16, the card says FLOAT32");
    assertThatThrownBy(() -> open(card, model(TensorType.FLOAT32, false, 1, 3, 64, 96)))
        .hasMessageContaining("has a fixed size, the card says free");
    assertThat(open(card, model(TensorType.FLOAT32, false, "N", 3, "H", "W")).card())
        .isEqualTo(free.card());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, CLASSES, 300})
  void open_voidChannelOutOfRange_isRefused(int channel) {
    assertThatThrownBy(
            () ->
                open(
                    model(TensorType.FLOAT32, false, "N", 3, "H", "W"),
                    told(null, null, null, null, channel)))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("void channel " + channel + ", expected 0 to");
  }

  @Test
  void open_classesThatDoNotFit_areRefused() {
    assertThatThrownBy(
            () ->
                open(
                    model(TensorType.FLOAT32, false, "N", 3, "H", "W"),
                    told(ClassMap.CAMVID, null, null, null, null)))
        .hasMessageContaining("has 4 channels, the class map names 11");
  }

  @Test
  void open_outputThatIsNotThere_namesThoseThatAre() {
    assertThatThrownBy(
            () ->
                open(
                    model(TensorType.FLOAT32, false, "N", 3, "H", "W"),
                    told(null, null, "z", null, null)))
        .hasMessageContaining("no output \"z\"")
        .hasMessageContaining("\"y\" float32 [N,4,H,W]");
  }

  @Test
  void open_scaleOfRawBytes_isRefused() {
    CardOverrides scaled =
        new CardOverrides(null, null, null, 1f / 255, null, null, null, null, null);

    assertThatThrownBy(() -> open(model(TensorType.UINT8, false, "N", 3, "H", "W"), scaled))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("which takes raw bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "true, LOGITS, the graph ends in Softmax",
    "true, LOG_PROBABILITIES, the graph ends in Softmax",
    "false, PROBABILITIES, no softmax was found before the output"
  })
  void open_meaningThatTheGraphContradicts_isTakenAndSaid(
      boolean softmax, OutputMeaning meaning, String expected) {
    LoadedModel model =
        open(
            model(TensorType.FLOAT32, softmax, "N", 3, "H", "W"),
            told(null, null, null, meaning, null));

    assertThat(model.card().output().meaning()).isEqualTo(meaning);
    assertThat(model.assumptions()).anyMatch(each -> each.contains(expected));
  }

  @ParameterizedTest
  @CsvSource({"true, PROBABILITIES", "false, LOGITS", "false, LOG_PROBABILITIES"})
  void open_meaningThatFits_isNoAssumption(boolean softmax, OutputMeaning meaning) {
    LoadedModel model =
        open(
            model(TensorType.FLOAT32, softmax, "N", 3, "H", "W"),
            told(null, null, null, meaning, null));

    assertThat(model.assumptions()).noneMatch(each -> each.contains("output.meaning"));
  }

  private static Object number(String dim) {
    return dim.matches("\\d+") ? Integer.valueOf(dim) : dim;
  }

  private static CardOverrides layout(TensorLayout layout) {
    return told(null, layout, null, null, null);
  }

  private static CardOverrides told(
      @Nullable ClassMap classes,
      @Nullable TensorLayout layout,
      @Nullable String output,
      @Nullable OutputMeaning meaning,
      @Nullable Integer voidChannel) {
    return new CardOverrides(classes, layout, null, null, null, null, output, meaning, voidChannel);
  }

  private static LoadedModel open(OnnxModelFile model, CardOverrides told) {
    return ModelSource.open(model, null, told);
  }

  private static LoadedModel open(Path card, OnnxModelFile model) {
    return ModelSource.open(model, card, CardOverrides.NONE);
  }

  /** A convolution of a pixel, whose channels are declared or not. */
  private static OnnxModelFile model(TensorType type, boolean softmax, Object... dims) {
    OnnxGraph graph = new OnnxGraph("g", 17);
    OnnxValue input = graph.input("x", type, dims);
    OnnxValue x = graph.node("Cast", Map.of("to", 1L), input);
    OnnxValue weights = graph.initializer("w", new float[CLASSES * 3], CLASSES, 3, 1, 1);
    OnnxValue logits = graph.node("Conv", Map.of(), x, weights);
    OnnxValue last = softmax ? graph.node("Softmax", Map.of("axis", 1L), logits) : logits;
    graph.output("y", last, TensorType.FLOAT32, dims[0], CLASSES, dims[2], dims[3]);
    return graph.build("test", "1");
  }
}
