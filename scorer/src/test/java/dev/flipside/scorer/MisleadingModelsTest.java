package dev.flipside.scorer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.inspection.InspectionContext;
import dev.flipside.models.inspection.ModelInspection;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.scorer.inference.OrtModelRunner;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that look like something else: each is taken rightly, or asked about. */
class MisleadingModelsTest {
  private static final String UNCLEAR = "what its numbers are is not clear";
  private static final String NO_FOREGROUND = "neither the probability nor the logit";

  @ParameterizedTest
  @CsvSource({
    "mask, embedding, 8, taken",
    "segmentation, features, 8, taken",
    "out, aux, 5, taken",
    "pred, aux, 5, taken",
    "mask, boundary, 1, taken",
    "labels, normals, 3, taken",
    "labels, z, 1, several outputs could hold the scores",
    "11, 12, 8, several outputs could hold the scores",
    "ids, logits, 8, several outputs could hold the scores"
  })
  void inspect_classMapBesideAnotherOutput_isScoredOrAskedAbout(
      String ids, String other, int channels, String expected) {
    OnnxGraph graph = new OnnxGraph("ids", 17);
    OnnxValue hidden = hidden(graph);
    OnnxValue scores = conv(graph, hidden, 8, 5, 2);
    OnnxValue best = graph.node("ArgMax", Map.of("axis", 1L, "keepdims", 0L), scores);
    graph.output(ids, best, TensorType.INT64, "N", "H", "W");
    graph.output(
        other, conv(graph, hidden, 8, channels, 3), TensorType.FLOAT32, "N", "C", "H", "W");

    ModelInspection found = inspect(graph.build("test", "1"));

    if (expected.equals("taken")) {
      assertThat(card(found).output().name()).isEqualTo(scores.name());
    } else {
      assertThat(found.toTell()).contains(expected);
    }
  }

  @Test
  void inspect_classMapOfTheSoftmaxBesideItsLogits_isNoOtherOutput() {
    OnnxGraph graph = new OnnxGraph("same", 17);
    OnnxOps ops = new OnnxOps(graph);
    OnnxValue scores = conv(graph, hidden(graph), 8, 5, 2);
    OnnxValue e = ops.op("Exp", ops.op("Sub", scores, ops.reduceMax(scores, 1, true)));
    OnnxValue apart = ops.op("Div", e, ops.reduceSum(e, 1, true));
    OnnxValue best = graph.node("ArgMax", Map.of("axis", 1L, "keepdims", 0L), apart);
    graph.output("a", best, TensorType.INT64, "N", "H", "W");
    graph.output("b", scores, TensorType.FLOAT32, "N", "C", "H", "W");

    assertThat(card(inspect(graph.build("test", "1"))).output().name()).isEqualTo("b");
  }

  @Test
  void inspect_otherMapMadeOfTheScores_isAskedAbout() {
    OnnxGraph graph = new OnnxGraph("made", 17);
    OnnxValue scores = conv(graph, hidden(graph), 8, 5, 2);
    graph.output("y1", scores, TensorType.FLOAT32, "N", "C", "H", "W");
    graph.output("y2", conv(graph, scores, 5, 1, 3), TensorType.FLOAT32, "N", "D", "H", "W");

    assertThat(inspect(graph.build("test", "1")).toTell())
        .contains("several outputs could hold the scores");
  }

  @ParameterizedTest
  @CsvSource({
    "Sigmoid, 5, SIGMOID",
    "Sigmoid, 1, FOREGROUND_PROBABILITY",
    "Tanh, 5, " + UNCLEAR,
    "Relu, 5, " + UNCLEAR,
    "Relu, 1, " + NO_FOREGROUND,
    "Clip, 1, " + NO_FOREGROUND
  })
  void inspect_activationFusedIntoTheLastLayer_isSeen(
      String activation, int channels, String expected) {
    OnnxGraph graph = new OnnxGraph("fused", 17);
    OnnxValue last = conv(graph, hidden(graph), 8, channels, 2);
    graph.output("y", last, TensorType.FLOAT32, "N", "C", "H", "W");
    ModelProto.Builder model = graph.build("test", "1").proto().toBuilder();
    NodeProto.Builder node =
        model.getGraphBuilder().getNodeBuilderList().stream()
            .filter(
                each -> each.getOutputList().contains(last.name()) || each.getOutput(0).equals("y"))
            .filter(each -> each.getOpType().equals("Conv"))
            .findFirst()
            .orElseThrow();
    node.setOpType("FusedConv").setDomain("com.microsoft");
    node.addAttribute(
        AttributeProto.newBuilder()
            .setName("activation")
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8(activation)));
    if (activation.equals("Clip")) {
      node.addAttribute(
          AttributeProto.newBuilder()
              .setName("activation_params")
              .setType(AttributeProto.AttributeType.FLOATS)
              .addFloats(0)
              .addFloats(1));
    }
    model.addOpsetImportBuilder().setDomain("com.microsoft").setVersion(1);

    expect(inspect(OnnxModelFile.of(model.build())), expected);
  }

  static Stream<Arguments> tails() {
    return Stream.of(
        tail("layer after softmax", 5, UNCLEAR, (ops, x) -> blur(ops, softmax(ops, x, 1), 5)),
        tail("layer after sigmoid", 5, UNCLEAR, (ops, x) -> blur(ops, ops.op("Sigmoid", x), 5)),
        tail("layer after ReLU", 5, UNCLEAR, (ops, x) -> blur(ops, ops.op("Relu", x), 5)),
        tail(
            "layer after the sigmoid of a foreground",
            1,
            NO_FOREGROUND,
            (ops, x) -> blur(ops, ops.op("Sigmoid", x), 1)),
        tail("shuffled sigmoid", 20, "SIGMOID", (ops, x) -> shuffled(ops, ops.op("Sigmoid", x))),
        tail(
            "shuffled sigmoid of a foreground",
            4,
            "FOREGROUND_PROBABILITY",
            (ops, x) -> shuffled(ops, ops.op("Sigmoid", x))),
        tail("shuffled ReLU", 20, UNCLEAR, (ops, x) -> shuffled(ops, ops.op("Relu", x))),
        tail(
            "largest tanh",
            5,
            UNCLEAR,
            (ops, x) ->
                ops.graph()
                    .node("MaxPool", Map.of("kernel_shape", new long[] {1, 1}), ops.op("Tanh", x))),
        tail(
            "softmax of two heads",
            8,
            UNCLEAR,
            (ops, x) ->
                ops.concat(
                    1,
                    softmax(ops, ops.slice(x, 1, 0, 4), 1),
                    softmax(ops, ops.slice(x, 1, 4, 8), 1))),
        tail("softmax over the batch", 5, UNCLEAR, (ops, x) -> softmax(ops, x, 0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tails")
  void inspect_misleadingTail_isTakenRightlyOrAskedAbout(
      String name, int channels, String expected, BiFunction<OnnxOps, OnnxValue, OnnxValue> tail) {
    OnnxGraph graph = new OnnxGraph(name, 17);
    OnnxValue scores = conv(graph, hidden(graph), 8, channels, 2);
    OnnxValue last = tail.apply(new OnnxOps(graph), scores);
    graph.output("y", last, TensorType.FLOAT32, "N", "C", "H", "W");

    expect(inspect(graph.build("test", "1")), expected);
  }

  @ParameterizedTest
  @CsvSource({
    "masks_queries_logits, class_queries_logits, 4, , , QUERY_MASKS",
    "pred_masks, pred_logits, 6, , , QUERY_MASKS",
    "b, a, 4, , , may hold masks and classes of queries",
    "b, a, 4, , query-masks, QUERY_MASKS",
    "b, a, 4, b, query-masks, QUERY_MASKS",
    "b, a, 6, , logits, LOGITS",
    "seg, cls_tokens, 7, , , " + UNCLEAR,
    "seg, cls_tokens, 7, seg, , " + UNCLEAR,
    "seg, cls_tokens, 7, seg, logits, LOGITS",
    "b, embeddings, 7, , query-masks, but no output"
  })
  void inspect_mapsBesideRows_areQueriesOnlyWhereThatIsClear(
      String masks,
      String rows,
      int columns,
      @Nullable String output,
      @Nullable String meaning,
      String expected) {
    OnnxGraph graph = new OnnxGraph("queries", 17);
    products(graph, masks, rows, columns);
    CardOverrides told = told(output, meaning);

    ModelInspection found = inspect(graph.build("test", "1"), told);

    expect(found, expected);
  }

  @ParameterizedTest
  @CsvSource({"confidence", "z"})
  void inspect_mapOfNumbersBesideScores_isNoDetector(String name) {
    OnnxGraph graph = new OnnxGraph("confidence", 17);
    OnnxOps ops = new OnnxOps(graph);
    OnnxValue scores = conv(graph, hidden(graph), 8, 5, 2);
    graph.output("seg", scores, TensorType.FLOAT32, "N", "C", "H", "W");
    OnnxValue sum = ops.reduceSum(ops.op("Mul", scores, scores), 1, false);
    graph.output(name, sum, TensorType.FLOAT32, "N", "H", "W");

    assertThat(card(inspect(graph.build("test", "1"))).output().name()).isEqualTo("seg");
  }

  /** Masks that are products of queries and pixels, and rows of numbers for the queries. */
  private static void products(OnnxGraph graph, String masks, String rows, int columns) {
    OnnxOps ops = new OnnxOps(graph);
    OnnxValue pixels = conv(graph, hidden(graph), 8, 8, 2);
    OnnxValue mean =
        graph.node(
            "Reshape",
            Map.of(),
            graph.node("GlobalAveragePool", Map.of(), pixels),
            ops.longs(1, 1, 8));
    OnnxValue queries = ops.op("Add", mean, graph.initializer("q", random(5 * 8, 4), 1, 5, 8));
    OnnxValue maps = graph.node("Einsum", Map.of("equation", "bqd,bdhw->bqhw"), queries, pixels);
    OnnxValue numbers =
        ops.op("MatMul", queries, graph.initializer("c", random(8 * columns, 5), 8, columns));
    graph.output(rows, numbers, TensorType.FLOAT32, "N", "Q", "K");
    graph.output(masks, maps, TensorType.FLOAT32, "N", "M", "H", "W");
  }

  private static CardOverrides told(@Nullable String output, @Nullable String meaning) {
    OutputMeaning kind =
        meaning == null
            ? null
            : OutputMeaning.valueOf(meaning.replace('-', '_').toUpperCase(Locale.ROOT));
    return new CardOverrides(null, null, null, null, null, null, output, kind, null);
  }

  @ParameterizedTest
  @CsvSource({
    "normals, 3, " + UNCLEAR,
    "flow, 2, " + UNCLEAR,
    "heatmaps, 17, " + UNCLEAR,
    "last_hidden_state, 32, " + UNCLEAR,
    "backbone_features, 32, " + UNCLEAR,
    "edges, 1, " + NO_FOREGROUND,
    "normalized, 3, LOGITS",
    "logits, 3, LOGITS"
  })
  void inspect_layerNamedLikeAnotherMap_isAskedAbout(String name, int channels, String expected) {
    OnnxGraph graph = new OnnxGraph("named", 17);
    OnnxValue last = conv(graph, hidden(graph), 8, channels, 2);
    graph.output(name, last, TensorType.FLOAT32, "N", "C", "H", "W");

    expect(inspect(graph.build("test", "1")), expected);
  }

  @ParameterizedTest
  @CsvSource({"true, classifies the whole image", "false, larger than the image"})
  void inspect_outputOfAnotherSize_isAskedAbout(boolean single, String expected) {
    OnnxGraph graph = new OnnxGraph("size", 17);
    OnnxValue last = conv(graph, hidden(graph), 8, 12, 2);
    OnnxValue output =
        single
            ? graph.node("GlobalAveragePool", Map.of(), last)
            : graph.node("DepthToSpace", Map.of("blocksize", 2L), last);
    graph.output("y", output, TensorType.FLOAT32, "N", "C", "H", "W");

    assertThat(inspect(graph.build("test", "1")).toTell()).contains(expected);
  }

  private static void expect(ModelInspection found, String expected) {
    if (found.card() == null) {
      assertThat(found.toTell()).contains(expected);
    } else {
      assertThat(found.card().output().meaning()).hasToString(expected);
    }
  }

  private static ModelCard card(ModelInspection found) {
    assertThat(found.toTell()).isNull();
    return Objects.requireNonNull(found.card());
  }

  private static ModelInspection inspect(OnnxModelFile model) {
    return inspect(model, CardOverrides.NONE);
  }

  private static ModelInspection inspect(OnnxModelFile model, CardOverrides told) {
    return ModelInspection.of(model, null, told, new InspectionContext(new OrtModelRunner(), null));
  }

  private static Arguments tail(
      String name, int channels, String expected, BiFunction<OnnxOps, OnnxValue, OnnxValue> tail) {
    return Arguments.of(name, channels, expected, tail);
  }

  private static OnnxValue hidden(OnnxGraph graph) {
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    return new OnnxOps(graph).op("Relu", conv(graph, input, 3, 8, 1));
  }

  private static OnnxValue softmax(OnnxOps ops, OnnxValue x, long axis) {
    return ops.graph().node("Softmax", Map.of("axis", axis), x);
  }

  private static OnnxValue shuffled(OnnxOps ops, OnnxValue x) {
    OnnxValue half =
        ops.graph()
            .node(
                "AveragePool",
                Map.of("kernel_shape", new long[] {2, 2}, "strides", new long[] {2, 2}),
                x);
    return ops.graph().node("DepthToSpace", Map.of("blocksize", 2L), half);
  }

  /** A positive kernel for each channel, which loses something at the border. */
  private static OnnxValue blur(OnnxOps ops, OnnxValue x, int channels) {
    float[] weights = new float[channels * 9];
    Arrays.fill(weights, 1 / 9f);
    OnnxValue kernel = ops.graph().initializer("blur", weights, channels, 1, 3, 3);
    Map<String, Object> attributes =
        Map.of("pads", new long[] {1, 1, 1, 1}, "group", (long) channels);
    return ops.graph().node("Conv", attributes, x, kernel);
  }

  private static OnnxValue conv(OnnxGraph graph, OnnxValue x, int from, int to, int seed) {
    OnnxValue kernel = graph.initializer("w" + seed, random(to * from * 9, seed), to, from, 3, 3);
    return graph.node("Conv", Map.of("pads", new long[] {1, 1, 1, 1}), x, kernel);
  }

  private static float[] random(int length, int seed) {
    Random random = new Random(seed);
    float[] weights = new float[length];
    IntStream.range(0, length).forEach(i -> weights[i] = (float) (random.nextGaussian() / 3));
    return weights;
  }
}
