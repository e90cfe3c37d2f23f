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
 * An index of a graph by value name: the producer and the consumers of each value, and the constant
 * tensors. Immutable.
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

  /** Returns a view of a whole graph. */
  public static GraphView of(GraphProto graph) {
    return new GraphView(TopologicalOrder.of(graph), graph, null);
  }

  /** Returns a view of the subgraph that an output depends on. */
  public static GraphView leadingTo(GraphProto graph, String output) {
    return new GraphView(TopologicalOrder.leadingTo(graph, output), graph, null);
  }

  /**
   * Returns a view of the nodes of a function or of a branch body, in the given order.
   *
   * @param outer enclosing graph whose values the nodes can read, null for a function
   */
  public static GraphView of(List<NodeProto> nodes, @Nullable GraphView outer) {
    return new GraphView(nodes, GraphProto.getDefaultInstance(), outer);
  }

  /**
   * Returns a view of the body of a control-flow node, with its own constants.
   *
   * @param outer enclosing graph whose values the body can read
   */
  public static GraphView of(GraphProto body, GraphView outer) {
    return new GraphView(TopologicalOrder.of(body), body, outer);
  }

  /** Returns all nodes; for a graph, in topological order. */
  public List<NodeProto> nodes() {
    return nodes;
  }

  /** Returns whether the value is a declared graph input. */
  public boolean isInput(String value) {
    return inputs.contains(value);
  }

  /** Returns whether the value is a declared graph output. */
  public boolean isOutput(String value) {
    return outputs.contains(value);
  }

  /** Returns the node that produces a value, or null for initializers and graph inputs. */
  public @Nullable NodeProto producer(String value) {
    NodeProto own = producers.get(value);
    return own != null || outer == null ? own : outer.producer(value);
  }

  /** Returns the nodes that read a value, directly or in their subgraphs. */
  public List<NodeProto> consumers(String value) {
    return consumers.getOrDefault(value, List.of());
  }

  /** Returns the single consumer of a value, or empty if there is none or more than one. */
  public Optional<NodeProto> onlyConsumer(String value) {
    List<NodeProto> all = consumers(value);
    return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
  }

  /** Returns whether a value is an initializer or the output of a {@code Constant} node. */
  public boolean isConstant(String value) {
    NodeProto producer = producers.get(value);
    return constants.containsKey(value)
        || (producer != null && producer.getOpType().equals("Constant"))
        || (outer != null && outer.isConstant(value));
  }

  /** Returns all constants that are stored as a tensor, by value name; see {@link #constant}. */
  public Map<String, TensorProto> constants() {
    return Collections.unmodifiableMap(constants);
  }

  /**
   * Returns the tensor of an initializer or of a {@code Constant} node with a {@code value}
   * attribute.
   */
  public Optional<TensorProto> constant(String value) {
    return Optional.ofNullable(constants.get(value));
  }

  /**
   * Returns the constant float32 tensor at an input index, or empty if that input is missing, not
   * constant or of another type.
   */
  public Optional<TensorProto> floats(NodeProto node, int input) {
    return input < node.getInputCount()
        ? constant(node.getInput(input)).filter(GraphView::isFloat)
        : Optional.empty();
  }

  /**
   * Returns whether a node is a {@code Conv} whose weights and optional bias are float32 constants.
   */
  public boolean isConstantConv(NodeProto node) {
    return Nodes.is(node, "Conv")
        && floats(node, 1).isPresent()
        && (!Nodes.hasInput(node, 2) || floats(node, 2).isPresent());
  }

  private static boolean isFloat(TensorProto tensor) {
    return tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE;
  }
}
