package dev.flipside.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import org.junit.jupiter.api.Test;

class SubgraphsTest {
  private static final GraphProto BODY = graph("body", plain("body node"));
  private static final GraphProto OTHER = graph("other", plain("other node"));

  @Test
  void of_plainNode_isEmpty() {
    assertThat(Subgraphs.of(plain("node"))).isEmpty();
  }

  @Test
  void of_bodiesAloneAndInAList_areAllFoundInTheirOrder() {
    NodeProto.Builder node = plain("branch").toBuilder();
    node.addAttributeBuilder().setName("alone").setG(BODY);
    node.addAttributeBuilder().setName("number").setI(3);
    node.addAttributeBuilder().setName("list").addGraphs(OTHER).addGraphs(BODY);

    assertThat(Subgraphs.of(node.build())).containsExactly(BODY, OTHER, BODY);
  }

  @Test
  void names_graphsWithinGraphs_areThoseOfAll() {
    NodeProto inner =
        plain("inner").toBuilder()
            .addAttribute(AttributeProto.newBuilder().setName("body").setG(BODY))
            .build();
    NodeProto outer =
        plain("outer").toBuilder()
            .addAttribute(
                AttributeProto.newBuilder().setName("bodies").addGraphs(graph("middle", inner)))
            .build();

    assertThat(Subgraphs.names(graph("whole", outer)))
        .containsExactlyInAnyOrder(
            "whole input",
            "whole constant",
            "outer",
            "outer output",
            "middle input",
            "middle constant",
            "inner",
            "inner output",
            "body input",
            "body constant",
            "body node",
            "body node output");
  }

  private static NodeProto plain(String name) {
    return NodeProto.newBuilder()
        .setOpType("Relu")
        .setName(name)
        .addInput("read")
        .addOutput(name + " output")
        .build();
  }

  private static GraphProto graph(String name, NodeProto node) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(name).addNode(node);
    graph.addInputBuilder().setName(name + " input");
    graph.addInitializerBuilder().setName(name + " constant");
    return graph.build();
  }
}
