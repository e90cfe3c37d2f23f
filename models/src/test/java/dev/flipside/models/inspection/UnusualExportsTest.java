package dev.flipside.models.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.onnx.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs that exporters and people write seldom, but rightly. */
class UnusualExportsTest {
  private static final int CLASSES = 4;
  private static final Object[] FREE = {"N", 3, "H", "W"};
  private static final long[] ONLY_CLASSES = {1};

  static Stream<Arguments> tails() {
    return Stream.of(
        tail("logits", "LOGITS", (ops, x) -> x),
        tail("temperature", "LOGITS", (ops, x) -> ops.op("Div", x, ops.scalar(2))),
        tail(
            "gate",
            "what its numbers are is not clear",
            (ops, x) -> ops.op("Mul", x, ops.op("Sigmoid", x))),
        tail(
            "scaled", "PROBABILITIES", (ops, x) -> ops.op("Mul", softmax(ops, x), ops.scalar(255))),
        tail("clipped", "PROBABILITIES", (ops, x) -> ops.clipMin(softmax(ops, x), 1e-7f)),
        tail(
            "mean of two",
            "PROBABILITIES",
            (ops, x) ->
                ops.op("Div", ops.op("Add", softmax(ops, x), softmax(ops, x)), ops.scalar(2))),
        tail(
            "taken apart",
            "PROBABILITIES",
            (ops, x) -> {
              OnnxValue e = ops.op("Exp", ops.op("Sub", x, ops.reduceMax(x, 1, true)));
              return ops.op("Div", e, ops.reduceSum(e, 1, true));
            }),
        tail(
            "log of clipped",
            "LOG_PROBABILITIES",
            (ops, x) -> ops.op("Log", ops.op("Add", softmax(ops, x), ops.scalar(1e-7f)))),
        tail(
            "p and its complement",
            "PROBABILITIES",
            (ops, x) -> {
              OnnxValue p = ops.op("Sigmoid", ops.slice(x, 1, 0, 2));
              return ops.concat(1, ops.op("Sub", ops.scalar(1), p), p);
            }),
        tail("sigmoid", "SIGMOID", (ops, x) -> ops.op("Sigmoid", x)),
        tail(
            "product of sigmoids",
            "what its numbers are is not clear",
            (ops, x) ->
                ops.op(
                    "MatMul",
                    ops.op("Sigmoid", x),
                    ops.transpose(ops.op("Sigmoid", x), 0, 1, 3, 2))),
        tail("tanh", "what its numbers are is not clear", (ops, x) -> ops.op("Tanh", x)),
        tail(
            "divided by its length",
            "what its numbers are is not clear",
            (ops, x) ->
                ops.op("Div", x, ops.op("Sqrt", ops.reduceSum(ops.op("Mul", x, x), 1, true)))),
        tail(
            "ids plus one as float",
            "LOGITS",
            (ops, x) ->
                ops.op(
                    "Add",
                    ops.cast(
                        ops.graph().node("ArgMax", Map.of("axis", 1L, "keepdims", 1L), x),
                        TensorType.FLOAT32),
                    ops.scalar(1))),
        tail(
            "the largest logit alone",
            "LOGITS",
            (ops, x) -> ops.graph().node("ReduceMax", Map.of("axes", ONLY_CLASSES), x)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tails")
  void inspect_lastNodes_tellWhatTheNumbersAre(
      String name, String expected, BiFunction<OnnxOps, OnnxValue, OnnxValue> tail) {
    OnnxGraph graph = new OnnxGraph(name, 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, FREE);
    OnnxValue last = tail.apply(new OnnxOps(graph), conv(graph, input, 3, CLASSES));
    graph.output("y", last, TensorType.FLOAT32, "N", "C", "H", "W");

    ModelInspection found = inspect(graph.build("test", "1"));

    if (found.card() == null) {
      assertThat(found.toTell()).contains(expected);
    } else {
      assertThat(found.card().output().meaning()).hasToString(expected);
      assertThat(found.card().classes().count()).isEqualTo(CLASSES);
    }
  }

  @Test
  void inspect_softmaxInAFunction_isSeen() {
    OnnxGraph graph = new OnnxGraph("function", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, FREE);
    OnnxValue logits = conv(graph, input, 3, CLASSES);
    graph.output("y", graph.node("Activation", Map.of(), logits), TensorType.FLOAT32, FREE);
    ModelProto.Builder model = graph.build("test", "1").proto().toBuilder();
    for (int i = 0; i < model.getGraph().getNodeCount(); i++) {
      if (model.getGraph().getNode(i).getOpType().equals("Activation")) {
        model.getGraphBuilder().getNodeBuilder(i).setDomain("local");
      }
    }
    FunctionProto.Builder function = FunctionProto.newBuilder().setName("Activation");
    function.setDomain("local").addInput("a").addOutput("b");
    function.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17));
    function.addNode(
        NodeProto.newBuilder()
            .setOpType("Softmax")
            .addInput("a")
            .addOutput("b")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axis")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(1)));

    ModelCard card = card(OnnxModelFile.of(model.addFunctions(function).build()));

    assertThat(card.output().meaning()).hasToString("PROBABILITIES");
  }

  @Test
  void inspect_branchesThatScaleByTheirOwnConstants_areSeenThrough() {
    OnnxGraph graph = new OnnxGraph("branches", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, FREE);
    OnnxOps ops = new OnnxOps(graph);
    softmax(ops, conv(graph, input, 3, CLASSES));
    OnnxValue condition = ops.cast(ops.longScalar(1), TensorType.BOOL);
    graph.output("y", graph.node("If", Map.of(), condition), TensorType.FLOAT32, FREE);
    ModelProto.Builder model = graph.build("test", "1").proto().toBuilder();
    for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
      if (node.getOpType().equals("If")) {
        for (String branch : List.of("then_branch", "else_branch")) {
          node.addAttribute(
              AttributeProto.newBuilder()
                  .setName(branch)
                  .setType(AttributeProto.AttributeType.GRAPH)
                  .setG(scaled(branch)));
        }
      }
    }

    ModelCard card = card(OnnxModelFile.of(model.build()));

    assertThat(card.output().meaning()).hasToString("PROBABILITIES");
  }

  /** A branch that multiplies the softmax of the graph around it by a constant of its own. */
  private static GraphProto scaled(String name) {
    return GraphProto.newBuilder()
        .setName(name)
        .addInitializer(Tensors.floats(name + "_factor", new float[] {2}, List.of()))
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Mul")
                .addInput("Softmax_1")
                .addInput(name + "_factor")
                .addOutput(name + "_scaled"))
        .addOutput(Tensors.declare(name + "_scaled", TensorType.FLOAT32.onnxCode()))
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "semantic_logits, features, semantic_logits",
    "main_out, main_aux, main_out",
    "whatever, aux_head, whatever",
    "score, score2, several outputs could hold the scores"
  })
  void inspect_severalOutputs_areToldApartByTheWordsOfTheirNames(
      String first, String second, String expected) {
    OnnxGraph graph = new OnnxGraph("several", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, FREE);
    OnnxValue logits = conv(graph, input, 3, CLASSES);
    graph.output(second, logits, TensorType.FLOAT32, "N", CLASSES, "H", "W");
    graph.output(first, logits, TensorType.FLOAT32, "N", CLASSES, "H", "W");

    ModelInspection found = inspect(graph.build("test", "1"));

    ModelCard card = found.card();
    assertThat(card == null ? Objects.requireNonNull(found.toTell()) : card.output().name())
        .contains(expected);
  }

  @ParameterizedTest
  @CsvSource({"2", "6", "7", "16", "24"})
  void inspect_layersThatNeedAMultiple_giveTheSizeRule(int divisor) {
    OnnxGraph graph = new OnnxGraph("windows", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, FREE);
    Map<String, Long> block = Map.of("blocksize", (long) divisor);
    OnnxValue windows = graph.node("SpaceToDepth", block, conv(graph, input, 3, CLASSES));
    graph.output("y", graph.node("DepthToSpace", block, windows), TensorType.FLOAT32, FREE);

    assertThat(card(graph.build("test", "1")).input().size()).hasToString("multiple of " + divisor);
  }

  @Test
  void inspect_einsumAtTheEnd_givesTheClasses() {
    OnnxGraph graph = new OnnxGraph("queries", 17);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, FREE);
    OnnxValue weights = graph.initializer("k", new float[CLASSES * 6], CLASSES, 6);
    OnnxValue sum =
        graph.node(
            "Einsum", Map.of("equation", "nchw,kc->nkhw"), conv(graph, input, 3, 6), weights);
    graph.output("y", sum, TensorType.FLOAT32, "a", "b", "c", "d");

    ModelCard card = card(graph.build("test", "1"));

    assertThat(card.classes().count()).isEqualTo(CLASSES);
    assertThat(card.output().layout()).hasToString("NCHW");
  }

  @ParameterizedTest
  @CsvSource({
    "17, FLOAT32, 2, 'tell which bands of the image files they are, for example --bands 1,2,'",
    "17, FLOAT32, 4, 'has 4 channels; tell which bands'",
    "17, FLOAT64, 3, 'takes float64, expected float32, float16, bfloat16 or uint8'",
    "8, FLOAT32, 3, 'opset 8, expected 9 or newer'"
  })
  void inspect_inputThatCannotBeFed_saysWhy(
      int opset, TensorType type, int channels, String expected) {
    OnnxGraph graph = new OnnxGraph("unfit", 17);
    OnnxValue input = graph.input("x", type, "N", channels, "H", "W");
    graph.output("y", conv(graph, input, channels, CLASSES), TensorType.FLOAT32, FREE);
    ModelProto.Builder model = graph.build("test", "1").proto().toBuilder();
    model.getOpsetImportBuilder(0).setVersion(opset);

    ModelInspection found = inspect(OnnxModelFile.of(model.build()));

    assertThat(found.card()).isNull();
    assertThat(found.toTell()).contains(expected);
  }

  private static OnnxValue softmax(OnnxOps ops, OnnxValue x) {
    return ops.graph().node("Softmax", Map.of("axis", 1L), x);
  }

  private static OnnxValue conv(OnnxGraph graph, OnnxValue input, int from, int to) {
    float[] weights = new float[to * from];
    return graph.node("Conv", Map.of(), input, graph.initializer("w", weights, to, from, 1, 1));
  }

  private static Arguments tail(
      String name, String expected, BiFunction<OnnxOps, OnnxValue, OnnxValue> tail) {
    return Arguments.of(name, expected, tail);
  }

  private static ModelInspection inspect(OnnxModelFile model) {
    return ModelInspection.of(model, null, CardOverrides.NONE);
  }

  private static ModelCard card(OnnxModelFile model) {
    ModelInspection found = inspect(model);
    assertThat(found.toTell()).isNull();
    return Objects.requireNonNull(found.card());
  }
}
