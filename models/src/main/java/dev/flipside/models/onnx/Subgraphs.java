package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Accesses the subgraphs of control-flow nodes, such as {@code If} and {@code Loop}. */
public final class Subgraphs {
  private Subgraphs() {}

  /** Returns the subgraphs of a node in attribute order; most nodes have none. */
  public static List<GraphProto> of(NodeProto node) {
    List<GraphProto> bodies = new ArrayList<>();
    node.getAttributeList().forEach(each -> bodies.addAll(of(each)));
    return bodies;
  }

  /** Returns the subgraphs of an attribute. */
  static List<GraphProto> of(AttributeProto attribute) {
    List<GraphProto> bodies = new ArrayList<>(attribute.getGraphsList());
    if (attribute.hasG()) {
      bodies.add(0, attribute.getG());
    }
    return bodies;
  }

  /**
   * Returns all names used in a graph and its subgraphs: inputs, initializers, nodes and node
   * outputs. New names must differ from these.
   */
  public static Set<String> names(GraphProto graph) {
    Set<String> names = new LinkedHashSet<>();
    addNames(graph, names);
    return names;
  }

  /** Returns a prefix that no name in a graph has: a word, with a number if necessary. */
  public static String unusedPrefix(GraphProto graph, String word) {
    Set<String> names = names(graph);
    String prefix = word;
    for (int i = 1; startsAny(names, prefix + "/"); i++) {
      prefix = word + i;
    }
    return prefix;
  }

  private static boolean startsAny(Set<String> names, String prefix) {
    return names.stream().anyMatch(each -> each.startsWith(prefix));
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
