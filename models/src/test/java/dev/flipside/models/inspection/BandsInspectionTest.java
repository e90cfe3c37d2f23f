package dev.flipside.models.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.card.SizeRules;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of other channels than colors: bands are told, never guessed, and so are their values. */
class BandsInspectionTest {
  @ParameterizedTest
  @CsvSource({"2, NCHW", "5, NCHW", "13, NHWC", "32, NCHW", "33, NCHW", "200, NHWC", "512, NCHW"})
  void inspect_bandsAndNormalizationTold_giveTheCard(int count, TensorLayout layout) {
    PixelFormat bands = bands(count, 16);

    ModelInspection found = inspect(model(count, layout, TensorType.FLOAT32), told(bands, 0.1f));

    InputCard input = Objects.requireNonNull(found.card(), String.valueOf(found.toTell())).input();
    assertThat(input.channels()).isEqualTo(ChannelOrder.BANDS);
    assertThat(input.pixels()).isEqualTo(bands);
    assertThat(input.layout()).isEqualTo(layout);
    assertThat(input.mean()).hasSize(count);
    assertThat(found.verdict()).contains(bands.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "4, 0, 8, , 'has 4 channels; tell which bands of the image files they are'",
    "4, 5, 8, 1, '--bands lists 5 bands, but the input has 4 channels'",
    "3, 1, 8, 1, '--bands lists 1 band, but the input has 3 channels'",
    "200, 0, 8, , 'has 200 channels; tell which bands of the image files they are'",
    "200, 5, 8, 1, '--bands lists 5 bands, but the input has 200 channels'",
    "1, 2, 8, 1, 'but the input has one channel'",
    "4, 4, 16, , 'nothing tells how the values of bands are normalized'",
    "4, 4, 8, , '--scale, and --mean and --std of 4 numbers'"
  })
  void inspect_tooLittleTold_asks(
      int channels, int count, int bits, @Nullable Float scale, String message) {
    PixelFormat bands = count == 0 ? null : bands(count, bits);
    OnnxModelFile model = model(channels, TensorLayout.NCHW, TensorType.FLOAT32);
    CardOverrides told =
        new CardOverrides(null, null, null, scale, null, null, null, null, null, bands, null);

    ModelInspection found = inspect(model, told);

    assertThat(found.card()).isNull();
    assertThat(found.toTell()).contains(message);
  }

  /** Some commands have no options for bands. */
  @Test
  void inspect_nothingToldOfBands_namesTheCardToo() {
    OnnxModelFile model = model(4, TensorLayout.NCHW, TensorType.FLOAT32);
    String card = "or in a model card beside the model";

    assertThat(inspect(model, CardOverrides.NONE).toTell()).contains(card);
    assertThat(inspect(model, onlyBands(bands(4, 8))).toTell()).contains(card);
  }

  @ParameterizedTest
  @CsvSource({
    "5, NCHW, -1",
    "5, NHWC, -1",
    "200, NCHW, -1",
    "5, NCHW, 28",
    "5, NHWC, 28",
    "40, NCHW, 64",
    "200, NHWC, 512"
  })
  void inspect_symbolicChannelAxis_isWhatTheOptionOrTheCardTells(
      int count, TensorLayout layout, int side) {
    Object sides = side < 0 ? "S" : side;
    OnnxModelFile model =
        layout == TensorLayout.NCHW
            ? shaped(count, layout, "N", "c", sides, sides)
            : shaped(count, layout, "N", sides, sides, "c");
    PixelFormat bands = bands(count, 8);

    ModelInspection told = inspect(model, told(bands, 1));
    ModelCard card = Objects.requireNonNull(told.card(), String.valueOf(told.toTell()));
    ModelInspection known =
        ModelInspection.of(model, card, CardOverrides.NONE, InspectionContext.NONE);

    assertThat(card.input().layout()).isEqualTo(layout);
    assertThat(card.input().pixels()).isEqualTo(bands);
    assertThat(known.card()).as(String.valueOf(known.toTell())).isEqualTo(card);
  }

  @Test
  void inspect_oneChannelOfSmallSides_isGrey() {
    OnnxGraph graph = new OnnxGraph("small", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 1, 28, 28);
    OnnxValue weights = graph.initializer("w", new float[5], 5, 1, 1, 1);
    graph.output(
        "y", graph.node("Conv", Map.of(), input, weights), TensorType.FLOAT32, "N", 5, 28, 28);

    ModelInspection found = inspect(graph.build("test", "1"), CardOverrides.NONE);

    InputCard card = Objects.requireNonNull(found.card(), String.valueOf(found.toTell())).input();
    assertThat(card.channels()).isEqualTo(ChannelOrder.GREY);
    assertThat(card.layout()).isEqualTo(TensorLayout.NCHW);
  }

  @Test
  void inspect_bandsWithChannelOrder_asks() {
    CardOverrides both =
        new CardOverrides(
            null,
            null,
            ChannelOrder.BGR,
            1f,
            List.of(0f, 0f, 0f),
            List.of(1f, 1f, 1f),
            null,
            null,
            null,
            bands(3, 8),
            null);

    ModelInspection found = inspect(model(3, TensorLayout.NCHW, TensorType.FLOAT32), both);

    assertThat(found.toTell()).contains("--bands and --channels");
  }

  @Test
  void inspect_graphThatNormalizes_isFollowedForBytesAndNotForSixteenBits() {
    OnnxModelFile model = model(4, TensorLayout.NCHW, TensorType.FLOAT32, 255);

    ModelInspection bytes = inspect(model, onlyBands(bands(4, 8)));
    ModelInspection deep = inspect(model, onlyBands(bands(4, 16)));

    InputCard input = Objects.requireNonNull(bytes.card(), String.valueOf(bytes.toTell())).input();
    assertThat(input.scale()).isEqualTo(1);
    assertThat(input.isPlain()).isTrue();
    assertThat(deep.toTell()).contains("nothing tells how the values of bands are normalized");
  }

  @Test
  void inspect_fileAndGraphThatBothNormalize_namesAsManyNumbersAsChannels(@TempDir Path folder)
      throws IOException {
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"do_normalize\":true,\"image_mean\":[0.5,0.5,0.5],\"image_std\":[0.5,0.5,0.5]}");

    ModelInspection found =
        ModelInspection.of(
            model(4, TensorLayout.NCHW, TensorType.FLOAT32, 255),
            null,
            onlyBands(bands(4, 8)),
            new InspectionContext(null, folder));

    assertThat(found.toTell()).contains("--scale 1 --mean 0,0,0,0 --std 1,1,1,1 for raw values");
  }

  @Test
  void inspect_bytesAsInput_takeEightBitsAlone() {
    OnnxModelFile model = model(4, TensorLayout.NCHW, TensorType.UINT8);

    ModelInspection bytes = inspect(model, onlyBands(bands(4, 8)));
    ModelInspection deep = inspect(model, told(bands(4, 16), 1));

    assertThat(bytes.card()).isNotNull();
    assertThat(deep.toTell()).contains("of 16 bits for a UINT8 input, expected 8 bits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "300", "0.5"})
  void inspect_bytesAsInputPaddedWithNoBytes_areRefused(String pad) {
    OnnxModelFile model = model(4, TensorLayout.NCHW, TensorType.UINT8);

    ModelInspection wrong = inspect(model, padded("fit 64x64 center pad " + pad));
    ModelInspection right = inspect(model, padded("fit 64x64 center pad 0,1,254,255"));

    assertThat(wrong.card()).isNull();
    assertThat(wrong.toTell()).contains("UINT8 input, expected whole numbers from 0 to 255");
    assertThat(right.card()).as(String.valueOf(right.toTell())).isNotNull();
  }

  @Test
  void inspect_bandsOfTheCard_areReplacedByTheOption() {
    OnnxModelFile model = model(4, TensorLayout.NCHW, TensorType.FLOAT32);
    ModelCard card = Objects.requireNonNull(inspect(model, told(bands(4, 8), 1)).card());
    PixelFormat others = new PixelFormat(List.of(9, 8, 7, 6), 16);

    ModelInspection found =
        ModelInspection.of(model, card, onlyBands(others), InspectionContext.NONE);
    ModelInspection fewer =
        ModelInspection.of(model, card, onlyBands(bands(3, 8)), InspectionContext.NONE);

    assertThat(Objects.requireNonNull(found.card()).input().pixels()).isEqualTo(others);
    assertThat(fewer.toTell()).contains("mean", "expected three finite numbers");
  }

  private static PixelFormat bands(int count, int bits) {
    return new PixelFormat(IntStream.rangeClosed(1, count).boxed().toList(), bits);
  }

  private static CardOverrides onlyBands(PixelFormat bands) {
    return new CardOverrides(null, null, null, null, null, null, null, null, null, bands, null);
  }

  private static CardOverrides padded(String size) {
    return new CardOverrides(
        null, null, null, null, null, null, null, null, null, bands(4, 8), SizeRules.parse(size));
  }

  private static CardOverrides told(PixelFormat bands, float scale) {
    return new CardOverrides(
        null,
        null,
        null,
        scale,
        Collections.nCopies(bands.channels(), 0f),
        Collections.nCopies(bands.channels(), 1f),
        null,
        null,
        null,
        bands,
        null);
  }

  private static ModelInspection inspect(OnnxModelFile model, CardOverrides told) {
    return ModelInspection.of(model, null, told, InspectionContext.NONE);
  }

  private static OnnxModelFile shaped(int channels, TensorLayout layout, Object... dims) {
    OnnxGraph graph = new OnnxGraph("open", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, dims);
    boolean first = layout == TensorLayout.NCHW;
    OnnxValue x = first ? input : new OnnxOps(graph).transpose(input, 0, 3, 1, 2);
    OnnxValue weights = graph.initializer("w", new float[5 * channels], 5, channels, 1, 1);
    OnnxValue last = graph.node("Conv", Map.of(), x, weights);
    graph.output("y", last, TensorType.FLOAT32, "N", 5, dims[2], dims[first ? 3 : 1]);
    return graph.build("test", "1");
  }

  private static OnnxModelFile model(int channels, TensorLayout layout, TensorType type) {
    return model(channels, layout, type, 1);
  }

  private static OnnxModelFile model(
      int channels, TensorLayout layout, TensorType type, float divisor) {
    OnnxGraph graph = new OnnxGraph("bands", 17);
    OnnxOps ops = new OnnxOps(graph);
    boolean first = layout == TensorLayout.NCHW;
    OnnxValue input =
        first
            ? graph.input("x", type, "N", channels, "H", "W")
            : graph.input("x", type, "N", "H", "W", channels);
    OnnxValue x = type == TensorType.UINT8 ? ops.cast(input, TensorType.FLOAT32) : input;
    x = first ? x : ops.transpose(x, 0, 3, 1, 2);
    x = divisor == 1 ? x : ops.op("Div", x, ops.scalar(divisor));
    OnnxValue weights = graph.initializer("w", new float[5 * channels], 5, channels, 1, 1);
    graph.output(
        "y", graph.node("Conv", Map.of(), x, weights), TensorType.FLOAT32, "N", 5, "H", "W");
    return graph.build("test", "1");
  }
}
