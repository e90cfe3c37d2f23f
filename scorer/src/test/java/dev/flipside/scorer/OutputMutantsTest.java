package dev.flipside.scorer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.card.OutputMeaning;
import dev.flipside.models.card.TensorLayout;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.inspection.InspectionContext;
import dev.flipside.models.inspection.ModelInspection;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.scorer.inference.OrtModelRunner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Outputs that are scaled, normalized, permuted, thresholded and otherwise changed after their
 * activation: each is taken for what it is, or asked about, and never taken for something else.
 */
class OutputMutantsTest {
  private static final int CHANNELS = 1;

  /** Last layers by name, each a function of logits. */
  private static final Map<String, BiFunction<OnnxOps, OnnxValue, OnnxValue>> HEADS = heads();

  private static final Map<String, BiFunction<OnnxOps, OnnxValue, OnnxValue>> MUTATIONS =
      mutations();

  /** What is right; everything else must be asked about. */
  private static final Map<String, Set<OutputMeaning>> RIGHT = right();

  static Stream<Arguments> mutants() {
    List<Arguments> rows = new ArrayList<>();
    for (int classes : new int[] {2, 5}) {
      for (String head : HEADS.keySet()) {
        MUTATIONS.keySet().forEach(each -> rows.add(Arguments.of(classes, head, each)));
      }
    }
    return rows.stream();
  }

  @ParameterizedTest(name = "{0} classes, {1}, {2}")
  @MethodSource("mutants")
  void inspect_changedOutput_isTakenRightlyOrAskedAbout(int classes, String head, String mutation) {
    OnnxModelFile model =
        model(
            classes,
            Objects.requireNonNull(HEADS.get(head)),
            Objects.requireNonNull(MUTATIONS.get(mutation)));

    ModelInspection found =
        ModelInspection.of(
            model, null, CardOverrides.NONE, new InspectionContext(new OrtModelRunner(), null));

    boolean swapped = classes == 2 && mutation.equals("complement");
    Set<OutputMeaning> right =
        RIGHT.getOrDefault(head + ", " + (swapped ? "classes permuted" : mutation), Set.of());
    if (found.card() == null) {
      assertThat(found.toTell()).contains("--output");
      assertThat(MUST_BE_TAKEN).doesNotContain(head + ", " + mutation);
    } else {
      assertThat(right).as(found.findings().toString()).contains(found.card().output().meaning());
      assertThat(found.card().output().layout())
          .isEqualTo(mutation.equals("classes last") ? TensorLayout.NHWC : TensorLayout.NCHW);
      assertThat(found.card().classes().count()).isEqualTo(classes);
    }
  }

  /** What people do every day, and must not be asked about. */
  private static final Set<String> MUST_BE_TAKEN =
      Set.of(
          "logits, none",
          "logits, doubled",
          "logits, shifted",
          "logits, classes last",
          "logits, classes permuted",
          "logits, largest class",
          "softmax, none",
          "softmax, doubled",
          "softmax, classes last",
          "softmax, classes permuted",
          "softmax, largest class",
          "softmax, rounded to bytes",
          "log-softmax, none",
          "log-softmax, classes last",
          "log-softmax, exponential",
          "sigmoid, none",
          "sigmoid, classes last",
          "sigmoid, thresholded",
          "sigmoid, divided by the sum",
          "logits, softmax again",
          "quotient, none");

  private static Map<String, BiFunction<OnnxOps, OnnxValue, OnnxValue>> heads() {
    Map<String, BiFunction<OnnxOps, OnnxValue, OnnxValue>> heads = new LinkedHashMap<>();
    heads.put("logits", (ops, x) -> x);
    heads.put("softmax", OutputMutantsTest::softmax);
    heads.put(
        "log-softmax",
        (ops, x) -> ops.graph().node("LogSoftmax", Map.of("axis", (long) CHANNELS), x));
    heads.put("sigmoid", (ops, x) -> ops.op("Sigmoid", x));
    heads.put("quotient", (ops, x) -> overSum(ops, ops.op("Sigmoid", x)));
    return heads;
  }

  private static Map<String, BiFunction<OnnxOps, OnnxValue, OnnxValue>> mutations() {
    Map<String, BiFunction<OnnxOps, OnnxValue, OnnxValue>> changes = new LinkedHashMap<>();
    changes.put("none", (ops, x) -> x);
    changes.put("doubled", (ops, x) -> ops.op("Mul", x, ops.scalar(2)));
    changes.put("times 255", (ops, x) -> ops.op("Mul", x, ops.scalar(255)));
    changes.put("negative", (ops, x) -> ops.op("Mul", x, ops.scalar(-1)));
    changes.put("negated", (ops, x) -> ops.op("Neg", x));
    changes.put("shifted", (ops, x) -> ops.op("Add", x, ops.scalar(3)));
    changes.put("complement", (ops, x) -> ops.op("Sub", ops.scalar(1), x));
    changes.put("classes last", (ops, x) -> ops.transpose(x, 0, 2, 3, 1));
    changes.put(
        "classes permuted",
        (ops, x) ->
            ops.concat(CHANNELS, ops.slice(x, CHANNELS, 1, 9), ops.slice(x, CHANNELS, 0, 1)));
    changes.put("largest class", (ops, x) -> argMax(ops, x));
    changes.put("rounded to bytes", OutputMutantsTest::bytes);
    changes.put(
        "thresholded",
        (ops, x) -> ops.cast(ops.op("Greater", x, ops.scalar(0.5f)), TensorType.FLOAT32));
    changes.put(
        "masked",
        (ops, x) ->
            ops.op("Mul", x, ops.cast(ops.op("Greater", x, ops.scalar(0.5f)), TensorType.FLOAT32)));
    changes.put("divided by the sum", OutputMutantsTest::overSum);
    changes.put("divided by the length", OutputMutantsTest::overLength);
    changes.put(
        "divided by the largest", (ops, x) -> ops.op("Div", x, ops.reduceMax(x, CHANNELS, true)));
    changes.put(
        "largest subtracted", (ops, x) -> ops.op("Sub", x, ops.reduceMax(x, CHANNELS, true)));
    changes.put("mean subtracted", (ops, x) -> ops.op("Sub", x, ops.reduceMean(x, CHANNELS, true)));
    changes.put("tanh", (ops, x) -> ops.op("Tanh", x));
    changes.put("relu", (ops, x) -> ops.op("Relu", x));
    changes.put("magnitude", (ops, x) -> ops.op("Abs", x));
    changes.put("squared", (ops, x) -> ops.op("Mul", x, x));
    changes.put("root", (ops, x) -> ops.op("Sqrt", ops.op("Abs", x)));
    changes.put("exponential", (ops, x) -> ops.op("Exp", x));
    changes.put("logarithm", (ops, x) -> ops.op("Log", ops.op("Add", x, ops.scalar(1e-6f))));
    changes.put("softmax again", OutputMutantsTest::softmax);
    changes.put("one class constant", OutputMutantsTest::oneConstant);
    changes.put("clipped to 0 and 1", (ops, x) -> clip(ops, x));
    return changes;
  }

  private static Map<String, Set<OutputMeaning>> right() {
    Map<String, Set<OutputMeaning>> right = new LinkedHashMap<>();
    Set<OutputMeaning> logits = Set.of(OutputMeaning.LOGITS);
    Set<OutputMeaning> probabilities = Set.of(OutputMeaning.PROBABILITIES);
    Set<OutputMeaning> logarithms = Set.of(OutputMeaning.LOGITS, OutputMeaning.LOG_PROBABILITIES);
    Set<OutputMeaning> sigmoid = Set.of(OutputMeaning.SIGMOID);
    for (String each :
        List.of(
            "none",
            "doubled",
            "times 255",
            "shifted",
            "classes last",
            "classes permuted",
            "largest class",
            "largest subtracted",
            "mean subtracted",
            "one class constant")) {
      right.put("logits, " + each, logits);
    }
    for (String head : List.of("softmax", "quotient")) {
      for (String each :
          List.of(
              "none",
              "doubled",
              "times 255",
              "classes last",
              "classes permuted",
              "largest class",
              "rounded to bytes",
              "thresholded",
              "divided by the sum",
              "clipped to 0 and 1",
              "magnitude",
              "relu")) {
        right.put(head + ", " + each, probabilities);
      }
      right.put(head + ", logarithm", logarithms);
    }
    for (String each :
        List.of(
            "none",
            "shifted",
            "classes last",
            "classes permuted",
            "largest class",
            "largest subtracted",
            "mean subtracted",
            "thresholded")) {
      right.put("log-softmax, " + each, logarithms);
    }
    for (String each :
        List.of(
            "none",
            "classes last",
            "classes permuted",
            "largest class",
            "rounded to bytes",
            "thresholded",
            "clipped to 0 and 1")) {
      right.put("sigmoid, " + each, sigmoid);
    }
    right.put("sigmoid, divided by the sum", probabilities);
    right.put("log-softmax, exponential", probabilities);
    // Both are negative, so that the quotient is a distribution.
    right.put("log-softmax, divided by the sum", probabilities);
    HEADS.keySet().forEach(head -> right.put(head + ", softmax again", probabilities));
    return right;
  }

  private static OnnxModelFile model(
      int classes,
      BiFunction<OnnxOps, OnnxValue, OnnxValue> head,
      BiFunction<OnnxOps, OnnxValue, OnnxValue> mutation) {
    OnnxGraph graph = new OnnxGraph("mutant", 17);
    OnnxOps ops = new OnnxOps(graph);
    OnnxValue input = graph.input("x", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue hidden = ops.op("Relu", conv(graph, input, 3, 8, 1));
    OnnxValue logits = conv(graph, hidden, 8, classes, 2);
    OnnxValue output = mutation.apply(ops, head.apply(ops, logits));
    graph.output("y", output, TensorType.FLOAT32, "a", "b", "c", "d");
    return graph.build("test", "1");
  }

  private static OnnxValue conv(OnnxGraph graph, OnnxValue x, int from, int to, int seed) {
    Random random = new Random(seed);
    float[] weights = new float[to * from * 9];
    IntStream.range(0, weights.length)
        .forEach(i -> weights[i] = (float) (random.nextGaussian() / 3));
    OnnxValue kernel = graph.initializer("w" + seed, weights, to, from, 3, 3);
    return graph.node("Conv", Map.of("pads", new long[] {1, 1, 1, 1}), x, kernel);
  }

  private static OnnxValue softmax(OnnxOps ops, OnnxValue x) {
    return ops.graph().node("Softmax", Map.of("axis", (long) CHANNELS), x);
  }

  private static OnnxValue overSum(OnnxOps ops, OnnxValue x) {
    return ops.op("Div", x, ops.reduceSum(x, CHANNELS, true));
  }

  private static OnnxValue overLength(OnnxOps ops, OnnxValue x) {
    return ops.op("Div", x, ops.op("Sqrt", ops.reduceSum(ops.op("Mul", x, x), CHANNELS, true)));
  }

  private static OnnxValue argMax(OnnxOps ops, OnnxValue x) {
    OnnxValue best = ops.graph().node("ArgMax", Map.of("axis", (long) CHANNELS), x);
    return ops.cast(best, TensorType.FLOAT32);
  }

  private static OnnxValue bytes(OnnxOps ops, OnnxValue x) {
    OnnxValue scaled = ops.op("Mul", x, ops.scalar(255));
    return ops.op("Div", ops.op("Round", scaled), ops.scalar(255));
  }

  private static OnnxValue oneConstant(OnnxOps ops, OnnxValue x) {
    OnnxValue rest = ops.slice(x, CHANNELS, 1, Integer.MAX_VALUE);
    OnnxValue zero = ops.op("Mul", ops.slice(x, CHANNELS, 0, 1), ops.scalar(0));
    return ops.concat(CHANNELS, ops.op("Add", zero, ops.scalar(0.25f)), rest);
  }

  private static OnnxValue clip(OnnxOps ops, OnnxValue x) {
    return ops.op("Clip", x, ops.scalar(0), ops.scalar(1));
  }
}
