package dev.flipside.models.quantization;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.TopologicalOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who makes and who reads the values of a list of nodes, and which values are float constants. */
final class GraphIndex {
  private final Map<String, NodeProto> makers = new HashMap<>();
  private final Map<String, List<NodeProto>> readers = new HashMap<>();
  private final Map<String, TensorProto> constants = new HashMap<>();

  GraphIndex(List<NodeProto> nodes, List<TensorProto> initializers) {
    initializers.forEach(each -> constants.put(each.getName(), each));
    for (NodeProto node : nodes) {
      node.getOutputList().forEach(name -> makers.put(name, node));
      TopologicalOrder.reads(node)
          .forEach(name -> readers.computeIfAbsent(name, key -> new ArrayList<>()).add(node));
      if (is(node, "Constant")) {
        attribute(node, "value").ifPresent(value -> constants.put(node.getOutput(0), value.getT()));
      }
    }
  }

  static boolean is(NodeProto node, String opType) {
    return node.getOpType().equals(opType) && node.getDomain().isEmpty();
  }

  static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream().filter(each -> each.getName().equals(name)).findFirst();
  }

  /** The node that makes a value, null for constants and inputs of the graph. */
  @Nullable NodeProto maker(String value) {
    return makers.get(value);
  }

  /** The only node that reads a value, its subgraphs included; empty if there are more or none. */
  Optional<NodeProto> onlyReader(String value) {
    List<NodeProto> all = readers.getOrDefault(value, List.of());
    return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
  }

  /** Whether a value is a constant of whatever type. */
  boolean isConstant(String value) {
    return constants.containsKey(value);
  }

  /** A float32 constant, or empty if the value is none. */
  Optional<TensorProto> floats(NodeProto node, int input) {
    return node.getInputCount() <= input
        ? Optional.empty()
        : Optional.ofNullable(constants.get(node.getInput(input)))
            .filter(each -> each.getDataType() == TensorProto.DataType.FLOAT_VALUE);
  }

  /** Groups of a convolution. */
  static long groups(NodeProto convolution) {
    return attribute(convolution, "group").map(AttributeProto::getI).orElse(1L);
  }

  /** Whether a node has an input in this place. */
  static boolean has(NodeProto node, int input) {
    return node.getInputCount() > input && !node.getInput(input).isEmpty();
  }
}
