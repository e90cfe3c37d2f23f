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

  /** Whether a node is this operator of the ONNX domain. */
  public static boolean is(NodeProto node, String opType) {
    return node.getOpType().equals(opType) && node.getDomain().isEmpty();
  }

  /** The attribute of a name, the first where there are several. */
  public static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream().filter(each -> each.getName().equals(name)).findFirst();
  }

  /** Whether a node has an input in this place; optional ones may be left out. */
  public static boolean hasInput(NodeProto node, int place) {
    return place < node.getInputCount() && !node.getInput(place).isEmpty();
  }

  /** Builds a node of the ONNX domain with one output. */
  public static NodeProto.Builder make(
      String opType, String name, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(opType)
        .setName(name)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  /** Renames the inputs of a node; subgraphs keep theirs. */
  public static NodeProto.Builder renameInputs(NodeProto node, UnaryOperator<String> names) {
    List<String> inputs = node.getInputList().stream().map(names).toList();
    return node.toBuilder().clearInput().addAllInput(inputs);
  }

  /** An empty set of nodes, by identity: to hash a node is to hash its weights. */
  public static Set<NodeProto> newSet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }
}
