package dev.flipside.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphViewTest {
  private static final TensorProto WEIGHTS = Tensors.floats("w", new float[] {2}, List.of(1L));
  private static final NodeProto CONSTANT =
      Nodes.make("Constant", "c", "bias")
          .addAttribute(OnnxGraph.attribute("value", WEIGHTS))
          .build();
  private static final NodeProto NUMBER =
      Nodes.make("Constant", "n", "number")
          .addAttribute(OnnxGraph.attribute("value_float", 1f))
          .build();
  private static final NodeProto CONV = Nodes.make("Conv", "", "y", "x", "w", "bias").build();
  private static final NodeProto RELU = Nodes.make("Relu", "", "z", "y").build();
  private static final NodeProto BRANCH =
      Nodes.make("If", "", "i", "z")
          .addAttribute(
              AttributeProto.newBuilder()
                  .setName("then_branch")
                  .setG(GraphProto.newBuilder().addNode(Nodes.make("Neg", "", "inner", "number"))))
          .build();

  /** Nodes in reverse order. */
  private static final GraphProto GRAPH =
      GraphProto.newBuilder()
          .addInput(ValueInfoProto.newBuilder().setName("x"))
          .addOutput(ValueInfoProto.newBuilder().setName("z"))
          .addInitializer(WEIGHTS)
          .addAllNode(List.of(BRANCH, RELU, CONV, NUMBER, CONSTANT))
          .build();

  @Test
  void of_reversedGraph_isInTopologicalOrder() {
    assertThat(GraphView.of(GRAPH).nodes()).containsExactly(CONSTANT, CONV, RELU, NUMBER, BRANCH);
  }

  @Test
  void leadingTo_innerValue_leavesOutWhatItDoesNotNeed() {
    GraphView view = GraphView.leadingTo(GRAPH, "y");

    assertThat(view.nodes()).containsExactly(CONSTANT, CONV);
    assertThat(view.consumers("y")).isEmpty();
  }

  @Test
  void values_haveProducersAndConsumers_thoseInSubgraphsIncluded() {
    GraphView view = GraphView.of(GRAPH);

    assertThat(view.producer("y")).isEqualTo(CONV);
    assertThat(view.producer("x")).isNull();
    assertThat(view.producer("w")).isNull();
    assertThat(view.onlyConsumer("y")).contains(RELU);
    assertThat(view.consumers("number")).containsExactly(BRANCH);
    assertThat(view.onlyConsumer("i")).isEmpty();
    assertThat(view.isInput("x")).isTrue();
    assertThat(view.isOutput("z")).isTrue();
    assertThat(view.isOutput("y")).isFalse();
  }

  @Test
  void constants_areInitializersAndConstantNodes() {
    GraphView view = GraphView.of(GRAPH);

    assertThat(view.constant("w")).contains(WEIGHTS);
    assertThat(view.constant("bias")).contains(WEIGHTS);
    assertThat(view.isConstant("number")).isTrue();
    assertThat(view.constant("number")).isEmpty();
    assertThat(view.isConstant("y")).isFalse();
    assertThat(view.floats(CONV, 2)).contains(WEIGHTS);
    assertThat(view.floats(CONV, 3)).isEmpty();
    assertThat(view.isConstantConv(CONV)).isTrue();
  }

  @Test
  void of_branch_seesTheGraphAroundIt() {
    NodeProto inner = Nodes.make("Add", "", "sum", "y", "number").build();

    GraphView view = GraphView.of(List.of(inner), GraphView.of(GRAPH));

    assertThat(view.producer("sum")).isEqualTo(inner);
    assertThat(view.producer("y")).isEqualTo(CONV);
    assertThat(view.isConstant("w")).isTrue();
    assertThat(view.isConstant("sum")).isFalse();
  }
}
