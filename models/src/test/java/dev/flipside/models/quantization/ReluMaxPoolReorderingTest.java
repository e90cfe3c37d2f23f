package dev.flipside.models.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReluMaxPoolReorderingTest {
  @Test
  void apply_maximumBehindTheFirstConvolution_isRectifiedAfterwards() {
    GraphProto delayed = ReluMaxPoolReordering.apply(pooled(1, false));

    assertThat(ops(delayed)).containsExactly("Conv", "MaxPool", "Relu", "Identity");
    List<NodeProto> nodes = delayed.getNodeList();
    for (int i = 1; i < nodes.size(); i++) {
      assertThat(nodes.get(i).getInput(0)).isEqualTo(nodes.get(i - 1).getOutput(0));
    }
  }

  @Test
  void apply_maximumBehindALaterConvolution_staysBehindItsRectifier() {
    assertThat(ops(ReluMaxPoolReordering.apply(pooled(2, false))))
        .containsExactly("Conv", "Conv", "Relu", "MaxPool", "Identity");
  }

  @Test
  void apply_rectifierReadTwice_staysBeforeTheMaximum() {
    assertThat(ops(ReluMaxPoolReordering.apply(pooled(1, true))))
        .containsExactly("Conv", "Relu", "MaxPool", "Add", "Identity");
  }

  @Test
  void apply_rectifierThatABranchReads_staysBeforeTheMaximum() {
    GraphProto source = pooled(1, false);
    String rectified =
        source.getNodeList().stream()
            .filter(node -> node.getOpType().equals("Relu"))
            .findFirst()
            .orElseThrow()
            .getOutput(0);
    GraphProto branch =
        GraphProto.newBuilder()
            .addNode(NodeProto.newBuilder().setOpType("Neg").addInput(rectified).addOutput("inner"))
            .build();
    NodeProto reader =
        NodeProto.newBuilder()
            .setOpType("If")
            .addInput("condition")
            .addOutput("chosen")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("then_branch")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(branch))
            .build();

    GraphProto delayed = ReluMaxPoolReordering.apply(source.toBuilder().addNode(reader).build());

    assertThat(ops(delayed)).containsSubsequence("Relu", "MaxPool");
  }

  /** Convolutions, a rectifier, a maximum. */
  private static GraphProto pooled(int convolutions, boolean readTwice) {
    OnnxGraph graph = new OnnxGraph("pooled", 17);
    OnnxValue value = graph.input("input", TensorType.FLOAT32, "N", 1, "H", "W");
    for (int i = 0; i < convolutions; i++) {
      OnnxValue weight = graph.initializer("w" + i, new float[] {1}, 1, 1, 1, 1);
      value = graph.node("Conv", Map.of(), value, weight);
    }
    OnnxValue rectified = graph.node("Relu", Map.of(), value);
    OnnxValue pooled = graph.node("MaxPool", Map.of("kernel_shape", new long[] {1, 1}), rectified);
    OnnxValue last = readTwice ? graph.node("Add", Map.of(), pooled, rectified) : pooled;
    graph.output("output", last, TensorType.FLOAT32, "N", 1, "H", "W");
    return graph.toProto();
  }

  private static List<String> ops(GraphProto graph) {
    return graph.getNodeList().stream().map(NodeProto::getOpType).toList();
  }
}
