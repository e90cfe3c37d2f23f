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
 * Removes {@code Identity} nodes. PyTorch exports equal constants, such as zero biases, once with
 * {@code Identity} nodes for the others; these nodes hide that a weight or bias is constant.
 */
final class IdentityElimination {
  private IdentityElimination() {}

  /**
   * Returns the graph without {@code Identity} nodes, except those that produce a graph output or a
   * value read by a subgraph.
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
