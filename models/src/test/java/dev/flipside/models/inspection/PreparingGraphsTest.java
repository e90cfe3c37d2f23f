package dev.flipside.models.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.InputCard;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs that prepare the image themselves: this is read, or asked about, and never done twice. */
class PreparingGraphsTest {
  private static final String ASK = "not in a way that tells";
  private static final String BYTES = "1.0 [0.0, 0.0, 0.0]";
  private static final String UNIT = "0.003921569 [0.0, 0.0, 0.0]";
  private static final String USUAL = "0.003921569 [0.485, 0.456, 0.406]";

  static Stream<Arguments> fronts() {
    return Stream.of(
        front("nothing", USUAL, (ops, x) -> x),
        front("padding", USUAL, (ops, x) -> ops.graph().node("Pad", Map.of(), x, pads(ops))),
        front("space to depth", USUAL, PreparingGraphsTest::focus),
        front("rows cut", BYTES, (ops, x) -> by255(ops, ops.slice(x, 2, 0, 96))),
        front("channels cut", BYTES, (ops, x) -> by255(ops, ops.slice(x, 1, 0, 3))),
        front("bytes, then channels split", BYTES, (ops, x) -> split(ops, by255(ops, x))),
        front("batch normalization of bytes", BYTES, (ops, x) -> normalized(ops, x, 120, 3500)),
        front("batch normalization", UNIT, (ops, x) -> normalized(ops, x, 0.45f, 0.05f)),
        front("each channel by itself", ASK, PreparingGraphsTest::split),
        front(
            "another axis",
            ASK,
            (ops, x) -> {
              OnnxValue axis = ops.graph().initializer("axis", new long[] {0}, 1);
              OnnxValue wide = by255(ops, ops.graph().node("Unsqueeze", Map.of(), x, axis));
              return ops.graph().node("Squeeze", Map.of(), ops.op("Sub", wide, half(ops)), axis);
            }),
        front("power", ASK, (ops, x) -> ops.op("Pow", x, ops.scalar(2))),
        front(
            "divided by the largest", ASK, (ops, x) -> ops.op("Div", x, ops.reduceMax(x, 1, true))),
        front(
            "a layer for each channel",
            ASK,
            (ops, x) ->
                ops.graph().node("Conv", Map.of("group", 3L), x, weights(ops, "norm", 3, 1, 1, 1))),
        front(
            "two ways",
            ASK,
            (ops, x) -> ops.op("Add", ops.op("Sub", x, half(ops)), ops.op("Mul", x, half(ops)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fronts")
  void inspect_firstNodes_areReadOrAskedAbout(
      String name, String expected, BiFunction<OnnxOps, OnnxValue, OnnxValue> front) {
    OnnxGraph graph = new OnnxGraph(name, 17);
    OnnxOps ops = new OnnxOps(graph);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue prepared = front.apply(ops, input);
    int channels = name.equals("space to depth") ? 12 : 3;
    OnnxValue last =
        graph.node("Conv", Map.of(), prepared, weights(ops, "head", 5, channels, 3, 3));
    graph.output("y", last, TensorType.FLOAT32, "N", 5, "H", "W");

    expect(inspect(graph.build("test", "1")), expected);
  }

  @Test
  void inspect_severalLayersOnTheImageAndALaterSum_areNoPreparation() {
    OnnxGraph graph = new OnnxGraph("ways", 17);
    OnnxOps ops = new OnnxOps(graph);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue one = graph.node("Conv", Map.of(), input, weights(ops, "a", 3, 3, 1, 1));
    OnnxValue two = graph.node("Conv", Map.of(), input, weights(ops, "b", 3, 3, 1, 1));
    OnnxValue sum = ops.op("Add", ops.op("Add", one, two), input);
    graph.output("y", sum, TensorType.FLOAT32, "N", 3, "H", "W");

    expect(inspect(graph.build("test", "1")), USUAL);
  }

  private static void expect(ModelInspection found, String expected) {
    if (found.card() == null) {
      assertThat(found.toTell()).contains(expected);
    } else {
      InputCard input = Objects.requireNonNull(found.card()).input();
      assertThat(input.scale() + " " + input.mean()).isEqualTo(expected);
    }
  }

  private static Arguments front(
      String name, String expected, BiFunction<OnnxOps, OnnxValue, OnnxValue> front) {
    return Arguments.of(name, expected, front);
  }

  private static OnnxValue by255(OnnxOps ops, OnnxValue x) {
    return ops.op("Div", x, ops.scalar(255));
  }

  private static OnnxValue half(OnnxOps ops) {
    return ops.scalar(0.5f);
  }

  private static OnnxValue pads(OnnxOps ops) {
    return ops.graph().initializer("pads", new long[] {0, 0, 1, 1, 0, 0, 1, 1}, 8);
  }

  private static OnnxValue focus(OnnxOps ops, OnnxValue x) {
    return ops.graph().node("SpaceToDepth", Map.of("blocksize", 2L), x);
  }

  private static OnnxValue split(OnnxOps ops, OnnxValue x) {
    return ops.concat(
        1,
        ops.op("Sub", ops.slice(x, 1, 0, 1), half(ops)),
        ops.op("Sub", ops.slice(x, 1, 1, 2), half(ops)),
        ops.op("Sub", ops.slice(x, 1, 2, 3), half(ops)));
  }

  private static OnnxValue normalized(OnnxOps ops, OnnxValue x, float mean, float variance) {
    OnnxGraph graph = ops.graph();
    return graph.node(
        "BatchNormalization",
        Map.of(),
        x,
        graph.initializer("scale", new float[] {1, 1, 1}, 3),
        graph.initializer("bias", new float[3], 3),
        graph.initializer("mean", new float[] {mean, mean, mean}, 3),
        graph.initializer("variance", new float[] {variance, variance, variance}, 3));
  }

  private static OnnxValue weights(OnnxOps ops, String name, long... dims) {
    float[] ones = new float[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    Arrays.fill(ones, 1);
    return ops.graph().initializer(name, ones, dims);
  }

  private static ModelInspection inspect(OnnxModelFile model) {
    return ModelInspection.of(model, null, CardOverrides.NONE);
  }
}
