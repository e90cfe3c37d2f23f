package dev.flipside.models.quantization;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.flipside.models.onnx.TopologicalOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rectifies behind the maximum that follows the first convolution and not before it, which is the
 * same for fewer pixels. A rectifier there also keeps ONNX Runtime from pooling in 8 bits, which it
 * does ten times as slowly as in float32. Behind other convolutions, which compute in 8 bits
 * themselves, the rectifier stays part of their rounding.
 */
final class ReluMaxPoolReordering {
  private ReluMaxPoolReordering() {}

  /** The same network; rectifiers whose value something else reads are left where they are. */
  static GraphProto apply(GraphProto source) {
    GraphIndex index = new GraphIndex(source.getNodeList(), source.getInitializerList());
    Set<String> declared = new HashSet<>();
    source.getOutputList().stream().map(ValueInfoProto::getName).forEach(declared::add);
    Set<String> behindFirst = behindConvolutions(source, 1);
    Set<String> behindSecond = behindConvolutions(source, 2);
    Map<String, NodeProto> delayed = new HashMap<>();
    Set<NodeProto> moved = Collections.newSetFromMap(new IdentityHashMap<>());
    for (NodeProto node : source.getNodeList()) {
      if (GraphIndex.is(node, "MaxPool") && node.getOutputCount() == 1) {
        NodeProto before = index.maker(node.getInput(0));
        if (before != null
            && GraphIndex.is(before, "Relu")
            && behindFirst.contains(before.getOutput(0))
            && !behindSecond.contains(before.getOutput(0))
            && !declared.contains(before.getOutput(0))
            && index.onlyReader(before.getOutput(0)).isPresent()) {
          delayed.put(node.getOutput(0), before);
          moved.add(before);
        }
      }
    }
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : TopologicalOrder.of(source)) {
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

  /** The values that depend on the input through at least so many convolutions in a row. */
  private static Set<String> behindConvolutions(GraphProto source, int count) {
    Map<String, Integer> passed = new HashMap<>();
    for (NodeProto node : TopologicalOrder.of(source)) {
      int most =
          TopologicalOrder.reads(node).stream()
              .mapToInt(name -> passed.getOrDefault(name, 0))
              .max()
              .orElse(0);
      int here = most + (GraphIndex.is(node, "Conv") ? 1 : 0);
      node.getOutputList().forEach(name -> passed.put(name, here));
    }
    passed.values().removeIf(each -> each < count);
    return passed.keySet();
  }
}
