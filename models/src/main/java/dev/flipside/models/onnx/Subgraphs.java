package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The graphs inside a graph: the bodies of nodes that branch or repeat. */
public final class Subgraphs {
  private Subgraphs() {}

  /** The bodies of a node, in their order; none for most nodes. */
  public static List<GraphProto> of(NodeProto node) {
    List<GraphProto> bodies = new ArrayList<>();
    node.getAttributeList().forEach(each -> bodies.addAll(of(each)));
    return bodies;
  }

  /** The bodies that an attribute of a node holds. */
  static List<GraphProto> of(AttributeProto attribute) {
    List<GraphProto> bodies = new ArrayList<>(attribute.getGraphsList());
    if (attribute.hasG()) {
      bodies.add(0, attribute.getG());
    }
    return bodies;
  }

  /**
   * All names that a graph gives, those of its subgraphs included: of inputs, constants, nodes and
   * what nodes make. A new name has to differ from these.
   */
  public static Set<String> names(GraphProto graph) {
    Set<String> names = new LinkedHashSet<>();
    addNames(graph, names);
    return names;
  }

  private static void addNames(GraphProto graph, Set<String> names) {
    graph.getInputList().forEach(each -> names.add(each.getName()));
    graph.getInitializerList().forEach(each -> names.add(each.getName()));
    for (NodeProto node : graph.getNodeList()) {
      names.add(node.getName());
      names.addAll(node.getOutputList());
      of(node).forEach(body -> addNames(body, names));
    }
  }
}
