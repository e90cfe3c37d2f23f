package dev.flipside.models.quantization;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.Nodes;
import dev.flipside.models.onnx.Subgraphs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes out the nodes that hand on what they get. PyTorch's exporter puts them between constants
 * that are equal, such as biases that are all zero, and the nodes that read them, where they would
 * hide that a weight or bias is a constant.
 */
final class IdentityElimination {
  private IdentityElimination() {}

  /**
   * The same network without {@code Identity} nodes; one that makes an output of the graph, or what
   * the body of a loop or branch reads, is kept.
   */
  static GraphProto remove(GraphProto source) {
    GraphView graph = GraphView.of(source);
    Map<String, String> origins = new HashMap<>();
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : graph.nodes()) {
      NodeProto direct = Nodes.renameInputs(node, each -> origins.getOrDefault(each, each)).build();
      if (Nodes.is(node, "Identity") && !isKept(node.getOutput(0), graph)) {
        origins.put(node.getOutput(0), direct.getInput(0));
      } else {
        nodes.add(direct);
      }
    }
    return source.toBuilder().clearNode().addAllNode(nodes).build();
  }

  private static boolean isKept(String value, GraphView graph) {
    return graph.isOutput(value)
        || graph.consumers(value).stream().anyMatch(node -> !Subgraphs.of(node).isEmpty());
  }
}
