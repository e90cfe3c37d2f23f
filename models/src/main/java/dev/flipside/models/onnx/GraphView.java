package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A graph seen from its values: the node that produces each, the nodes that consume it, and the
 * tensors of constants. Immutable.
 */
public final class GraphView {
  private final List<NodeProto> nodes;
  private final @Nullable GraphView outer;
  private final Set<String> inputs = new HashSet<>();
  private final Set<String> outputs = new HashSet<>();
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, List<NodeProto>> consumers = new HashMap<>();
  private final Map<String, TensorProto> constants = new HashMap<>();

  private GraphView(List<NodeProto> nodes, GraphProto declared, @Nullable GraphView outer) {
    this.nodes = nodes;
    this.outer = outer;
    declared.getInputList().stream().map(ValueInfoProto::getName).forEach(inputs::add);
    declared.getOutputList().stream().map(ValueInfoProto::getName).forEach(outputs::add);
    declared.getInitializerList().forEach(each -> constants.put(each.getName(), each));
    for (NodeProto node : nodes) {
      node.getOutputList().forEach(name -> producers.put(name, node));
      TopologicalOrder.reads(node)
          .forEach(name -> consumers.computeIfAbsent(name, key -> new ArrayList<>()).add(node));
      if (Nodes.is(node, "Constant") && node.getOutputCount() > 0) {
        Nodes.attribute(node, "value")
            .map(AttributeProto::getT)
            .ifPresent(value -> constants.put(node.getOutput(0), value));
      }
    }
  }

  /** A whole graph. */
  public static GraphView of(GraphProto graph) {
    return new GraphView(TopologicalOrder.of(graph), graph, null);
  }

  /** The part of a graph that an output depends on. */
  public static GraphView leadingTo(GraphProto graph, String output) {
    return new GraphView(TopologicalOrder.leadingTo(graph, output), graph, null);
  }

  /**
   * Nodes of a function or of the body of a branch, in the order given.
   *
   * @param outer what the nodes can read besides, null for a function
   */
  public static GraphView of(List<NodeProto> nodes, @Nullable GraphView outer) {
    return new GraphView(nodes, GraphProto.getDefaultInstance(), outer);
  }

  /** All nodes; those of a graph in topological order. */
  public List<NodeProto> nodes() {
    return nodes;
  }

  /** Whether the graph declares a value as its input. */
  public boolean isInput(String value) {
    return inputs.contains(value);
  }

  /** Whether the graph declares a value as its output. */
  public boolean isOutput(String value) {
    return outputs.contains(value);
  }

  /** The node that produces a value, null for initializers and inputs of the graph. */
  public @Nullable NodeProto producer(String value) {
    NodeProto own = producers.get(value);
    return own != null || outer == null ? own : outer.producer(value);
  }

  /** The nodes that read a value, themselves or in their subgraphs. */
  public List<NodeProto> consumers(String value) {
    return consumers.getOrDefault(value, List.of());
  }

  /** The only node that reads a value; empty if there are more or none. */
  public Optional<NodeProto> onlyConsumer(String value) {
    List<NodeProto> all = consumers(value);
    return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
  }

  /** Whether a value is an initializer or comes from a {@code Constant} node. */
  public boolean isConstant(String value) {
    NodeProto producer = producers.get(value);
    return constants.containsKey(value)
        || (producer != null && producer.getOpType().equals("Constant"))
        || (outer != null && outer.isConstant(value));
  }

  /** The tensors of all constants that have one, by value; see {@link #constant}. */
  public Map<String, TensorProto> constants() {
    return Collections.unmodifiableMap(constants);
  }

  /** The tensor of an initializer or of a {@code Constant} node that holds one. */
  public Optional<TensorProto> constant(String value) {
    return Optional.ofNullable(constants.get(value));
  }

  /** The float32 tensor that a node reads in this place, empty if that is no such constant. */
  public Optional<TensorProto> floats(NodeProto node, int input) {
    return input < node.getInputCount()
        ? constant(node.getInput(input)).filter(GraphView::isFloat)
        : Optional.empty();
  }

  /** Whether a node is a convolution whose weights, and bias if any, are float32 constants. */
  public boolean isConstantConv(NodeProto node) {
    return Nodes.is(node, "Conv")
        && floats(node, 1).isPresent()
        && (!Nodes.hasInput(node, 2) || floats(node, 2).isPresent());
  }

  private static boolean isFloat(TensorProto tensor) {
    return tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE;
  }
}
