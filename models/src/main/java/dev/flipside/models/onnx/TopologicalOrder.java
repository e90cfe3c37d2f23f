package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sorts the nodes of a graph so that each follows the nodes that it reads from. ONNX requires this
 * order, but converters that append casts at the end violate it.
 */
public final class TopologicalOrder {
  private TopologicalOrder() {}

  /** Returns the nodes that an output depends on, in topological order. */
  public static List<NodeProto> leadingTo(GraphProto graph, String output) {
    Map<String, NodeProto> producers = producers(graph);
    List<NodeProto> order = new ArrayList<>();
    NodeProto last = producers.get(output);
    if (last != null) {
      addLeadingTo(last, producers, Nodes.newSet(), order);
    }
    return order;
  }

  /** Returns all nodes of a graph in topological order. */
  public static List<NodeProto> of(GraphProto graph) {
    Map<String, NodeProto> producers = producers(graph);
    Set<NodeProto> seen = Nodes.newSet();
    List<NodeProto> order = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      addLeadingTo(node, producers, seen, order);
    }
    return order;
  }

  private static Map<String, NodeProto> producers(GraphProto graph) {
    Map<String, NodeProto> producers = new HashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().stream()
          .filter(name -> !name.isEmpty())
          .forEach(name -> producers.put(name, node));
    }
    return producers;
  }

  /** Iterative, because recursion on a very deep graph would overflow the stack. */
  private static void addLeadingTo(
      NodeProto last,
      Map<String, NodeProto> producers,
      Set<NodeProto> seen,
      List<NodeProto> order) {
    if (!seen.add(last)) {
      return;
    }
    Deque<Visit> path = new ArrayDeque<>();
    path.push(Visit.of(last));
    while (!path.isEmpty()) {
      Visit visit = path.element();
      if (visit.reads().hasNext()) {
        NodeProto producer = producers.get(visit.reads().next());
        if (producer != null && seen.add(producer)) {
          path.push(Visit.of(producer));
        }
      } else {
        order.add(visit.node());
        path.remove();
      }
    }
  }

  /** Returns the values that a node reads, including those read in its subgraphs, in order. */
  public static Set<String> reads(NodeProto node) {
    Set<String> reads = new LinkedHashSet<>();
    addReads(node, reads);
    return reads;
  }

  /** Returns all values that the nodes read, including those read in their subgraphs. */
  public static Set<String> reads(List<NodeProto> nodes) {
    Set<String> reads = new HashSet<>();
    nodes.forEach(node -> addReads(node, reads));
    return reads;
  }

  private static void addReads(NodeProto node, Set<String> reads) {
    reads.addAll(node.getInputList());
    for (GraphProto body : Subgraphs.of(node)) {
      body.getNodeList().forEach(each -> addReads(each, reads));
      body.getOutputList().forEach(each -> reads.add(each.getName()));
    }
  }

  private record Visit(NodeProto node, Iterator<String> reads) {
    static Visit of(NodeProto node) {
      return new Visit(node, TopologicalOrder.reads(node).iterator());
    }
  }
}
