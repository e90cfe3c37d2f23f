package dev.flipside.models.quantization;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.Nodes;
import dev.flipside.models.onnx.TopologicalOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves the ReLU after the first convolution behind the following max pooling: same result on fewer
 * pixels. A ReLU there also keeps ONNX Runtime from pooling in uint8, which is ten times slower
 * than in float32. After the other, quantized convolutions the ReLU stays in place, because it is
 * fused into their rounding.
 */
final class ReluMaxPoolReordering {
  private ReluMaxPoolReordering() {}

  /** Returns the reordered graph. A ReLU with other consumers is not moved. */
  static GraphProto apply(GraphProto source) {
    GraphView graph = GraphView.of(source);
    Set<String> behindFirst = behindConvolutions(graph, 1);
    Set<String> behindSecond = behindConvolutions(graph, 2);
    Map<String, NodeProto> delayed = new HashMap<>();
    Set<NodeProto> moved = Nodes.newSet();
    for (NodeProto node : graph.nodes()) {
      if (Nodes.is(node, "MaxPool") && node.getOutputCount() == 1) {
        NodeProto before = graph.producer(node.getInput(0));
        if (before != null
            && Nodes.is(before, "Relu")
            && behindFirst.contains(before.getOutput(0))
            && !behindSecond.contains(before.getOutput(0))
            && !graph.isOutput(before.getOutput(0))
            && graph.onlyConsumer(before.getOutput(0)).isPresent()) {
          delayed.put(node.getOutput(0), before);
          moved.add(before);
        }
      }
    }
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : graph.nodes()) {
      NodeProto rectifier = node.getOutputCount() > 0 ? delayed.get(node.getOutput(0)) : null;
      if (rectifier != null) {
        String pooled = node.getOutput(0) + "/unrectified";
        nodes.add(node.toBuilder().setInput(0, rectifier.getInput(0)).setOutput(0, pooled).build());
        nodes.add(
            rectifier.toBuilder().setInput(0, pooled).setOutput(0, node.getOutput(0)).build());
      } else if (!moved.contains(node)) {
        nodes.add(node);
      }
    }
    return source.toBuilder().clearNode().addAllNode(nodes).build();
  }

  /** Returns the values behind at least {@code count} convolutions on some path from the input. */
  private static Set<String> behindConvolutions(GraphView graph, int count) {
    Map<String, Integer> passed = new HashMap<>();
    for (NodeProto node : graph.nodes()) {
      int most =
          TopologicalOrder.reads(node).stream()
              .mapToInt(name -> passed.getOrDefault(name, 0))
              .max()
              .orElse(0);
      int here = most + (Nodes.is(node, "Conv") ? 1 : 0);
      node.getOutputList().forEach(name -> passed.put(name, here));
    }
    passed.values().removeIf(each -> each < count);
    return passed.keySet();
  }
}
