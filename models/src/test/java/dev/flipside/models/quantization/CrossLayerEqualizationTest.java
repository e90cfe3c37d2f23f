package dev.flipside.models.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.Nodes;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.onnx.Tensors;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CrossLayerEqualizationTest {
  @Test
  void apply_convolutionsInARow_secondUndoesTheFirst() {
    OnnxGraph graph = new OnnxGraph("row", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue first = conv(graph, x, "first", new float[] {3, 4}, new float[] {1, 2}, 2, 1);
    OnnxValue between = graph.node("Relu", Map.of(), first);
    OnnxValue last = conv(graph, between, "last", new float[] {5, 6}, new float[] {7}, 1, 2);
    graph.output("output", last, TensorType.FLOAT32, "N", 1, "H", "W");
    CrossLayerEqualization equalization = new CrossLayerEqualization(graph.toProto());

    // The second channel is a quarter of the first.
    GraphProto equalized = equalization.apply(Map.of(between.name(), seen(8, -2)));

    List<NodeProto> convolutions = convolutions(equalized);
    assertThat(constant(equalized, convolutions.get(0), 1)).containsExactly(3, 16);
    assertThat(constant(equalized, convolutions.get(0), 2)).containsExactly(1, 8);
    assertThat(constant(equalized, convolutions.get(1), 1)).containsExactly(5, 1.5f);
    assertThat(constant(equalized, convolutions.get(1), 2)).containsExactly(7);
    // What nothing reads any more is gone: two weights and two biases are left.
    assertThat(equalized.getInitializerCount()).isEqualTo(4);
  }

  @Test
  void apply_sum_scalesWhatIsAddedAlike() {
    OnnxGraph graph = new OnnxGraph("sum", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue one = conv(graph, x, "one", new float[] {1, 1}, new float[] {0, 0}, 2, 1);
    OnnxValue other = conv(graph, x, "other", new float[] {1, 1}, new float[] {0, 0}, 2, 1);
    OnnxValue sum = graph.node("Relu", Map.of(), graph.node("Add", Map.of(), one, other));
    OnnxValue last = conv(graph, sum, "last", new float[] {1, 1}, new float[] {0}, 1, 2);
    graph.output("output", last, TensorType.FLOAT32, "N", 1, "H", "W");
    CrossLayerEqualization equalization = new CrossLayerEqualization(graph.toProto());

    // The largest share counts: a half of the one's, an eighth of the other's largest.
    GraphProto equalized =
        equalization.apply(Map.of(one.name(), seen(2, 1), other.name(), seen(8, 1)));

    for (NodeProto each : convolutions(equalized)) {
      boolean reads = each.getInput(0).equals(sum.name());
      assertThat(constant(equalized, each, 1))
          .containsExactly(reads ? new float[] {1, 0.5f} : new float[] {1, 2});
    }
  }

  @Test
  void apply_faintChannel_isNotStretchedWithoutBoundAndASilentOneNotAtAll() {
    OnnxGraph graph = new OnnxGraph("dead", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue first = conv(graph, x, "first", new float[] {1, 1}, new float[] {0, 0}, 2, 1);
    OnnxValue last = conv(graph, first, "last", new float[] {1, 1}, new float[] {0}, 1, 2);
    graph.output("output", last, TensorType.FLOAT32, "N", 1, "H", "W");
    CrossLayerEqualization equalization = new CrossLayerEqualization(graph.toProto());

    GraphProto faint = equalization.apply(Map.of(first.name(), seen(1, 0.001f)));
    GraphProto silent = equalization.apply(Map.of(first.name(), seen(1, 0)));

    assertThat(constant(faint, convolutions(faint).get(0), 1)[1]).isEqualTo(8);
    assertThat(constant(silent, convolutions(silent).get(0), 1)[1]).isEqualTo(1);
  }

  @Test
  void channels_valueThatMeetsAnotherNode_isLeftAlone() {
    OnnxGraph graph = new OnnxGraph("left", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue squashed = conv(graph, x, "first", new float[] {1, 1}, new float[] {0, 0}, 2, 1);
    OnnxValue sigmoid = graph.node("Sigmoid", Map.of(), squashed);
    OnnxValue shifted = conv(graph, sigmoid, "second", new float[4], new float[2], 2, 2);
    OnnxValue constant = graph.initializer("constant", new float[] {1}, 1);
    OnnxValue moved = graph.node("Add", Map.of(), shifted, constant);
    OnnxValue free = conv(graph, moved, "third", new float[4], new float[2], 2, 2);
    OnnxValue last = conv(graph, free, "last", new float[] {1, 1}, new float[] {0}, 1, 2);
    graph.output("output", last, TensorType.FLOAT32, "N", 1, "H", "W");

    CrossLayerEqualization equalization = new CrossLayerEqualization(graph.toProto());

    assertThat(equalization.channels("input")).isNull();
    assertThat(equalization.channels(squashed.name())).isNull();
    assertThat(equalization.channels(sigmoid.name())).isNull();
    assertThat(equalization.channels(shifted.name())).isNull();
    assertThat(equalization.channels(moved.name())).isNull();
    assertThat(equalization.channels(free.name())).isEqualTo(2);
    assertThat(equalization.channels("output")).isNull();
  }

  @Test
  void apply_groups_undoTheChannelsTheyRead() {
    OnnxGraph graph = new OnnxGraph("groups", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue first = conv(graph, x, "first", new float[] {1, 1}, new float[] {0, 0}, 2, 1);
    OnnxValue depthwise =
        graph.node(
            "Conv",
            Map.of("group", 2L),
            first,
            graph.initializer("depthwise_w", new float[] {3, 3}, 2, 1, 1, 1));
    OnnxValue last = conv(graph, depthwise, "last", new float[] {1, 1}, new float[] {0}, 1, 2);
    graph.output("output", last, TensorType.FLOAT32, "N", 1, "H", "W");
    CrossLayerEqualization equalization = new CrossLayerEqualization(graph.toProto());

    GraphProto equalized =
        equalization.apply(Map.of(first.name(), seen(4, 1), depthwise.name(), seen(1, 2)));

    float[] weights = constant(equalized, convolutions(equalized).get(1), 1);
    assertThat(weights[0]).isCloseTo(3 * 1f / 0.5f, within(1e-6f));
    assertThat(weights[1]).isCloseTo(3 * 0.25f / 1, within(1e-6f));
  }

  @Test
  void apply_groupsOfSeveral_undoTheChannelsTheyRead() {
    OnnxGraph graph = new OnnxGraph("groups", 17);
    OnnxValue x = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    OnnxValue first = conv(graph, x, "first", new float[] {1, 1, 1, 1}, new float[4], 4, 1);
    OnnxValue grouped =
        graph.node(
            "Conv",
            Map.of("group", 2L),
            first,
            graph.initializer("grouped_w", new float[] {1, 1, 1, 1}, 2, 2, 1, 1));
    graph.output("output", grouped, TensorType.FLOAT32, "N", 2, "H", "W");
    ChannelStatistics seen = new ChannelStatistics(4);
    seen.add(FloatBuffer.wrap(new float[] {8, 4, 2, 1}));

    GraphProto equalized =
        new CrossLayerEqualization(graph.toProto()).apply(Map.of(first.name(), seen));

    assertThat(constant(equalized, convolutions(equalized).get(1), 1))
        .containsExactly(1, 0.5f, 0.25f, 0.125f);
  }

  /** Two channels whose extreme value is this. */
  private static ChannelStatistics seen(float first, float second) {
    ChannelStatistics statistics = new ChannelStatistics(2);
    statistics.add(FloatBuffer.wrap(new float[] {first, 0, 0, second}));
    return statistics;
  }

  private static OnnxValue conv(
      OnnxGraph graph, OnnxValue x, String name, float[] weights, float[] bias, int to, int from) {
    OnnxGraph scope = graph.scope(name);
    return scope.node(
        "Conv",
        Map.of(),
        x,
        scope.initializer("w", weights, to, from, 1, 1),
        scope.initializer("b", bias, to));
  }

  private static List<NodeProto> convolutions(GraphProto graph) {
    return graph.getNodeList().stream().filter(node -> Nodes.is(node, "Conv")).toList();
  }

  private static float[] constant(GraphProto graph, NodeProto node, int input) {
    return graph.getInitializerList().stream()
        .filter((TensorProto each) -> each.getName().equals(node.getInput(input)))
        .findFirst()
        .map(Tensors::floats)
        .orElseThrow();
  }
}
