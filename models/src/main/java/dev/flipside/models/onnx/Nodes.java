package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Queries and builders for single nodes of a graph. */
public final class Nodes {
  private Nodes() {}

  /** Returns whether a node is the given operator of the default ONNX domain. */
  public static boolean is(NodeProto node, String opType) {
    return node.getOpType().equals(opType) && node.getDomain().isEmpty();
  }

  /** Returns an attribute by name; the first one if the name is repeated. */
  public static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream().filter(each -> each.getName().equals(name)).findFirst();
  }

  /** Returns whether a node has an input at this index; optional inputs may be omitted. */
  public static boolean hasInput(NodeProto node, int place) {
    return place < node.getInputCount() && !node.getInput(place).isEmpty();
  }

  /** Creates a node of the default ONNX domain with one output. */
  public static NodeProto.Builder make(
      String opType, String name, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(opType)
        .setName(name)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  /** Renames the inputs of a node. Names inside its subgraphs do not change. */
  public static NodeProto.Builder renameInputs(NodeProto node, UnaryOperator<String> names) {
    List<String> inputs = node.getInputList().stream().map(names).toList();
    return node.toBuilder().clearInput().addAllInput(inputs);
  }

  /** Creates an empty identity-based set. {@code hashCode} of a node would hash all its weights. */
  public static Set<NodeProto> newSet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }
}
