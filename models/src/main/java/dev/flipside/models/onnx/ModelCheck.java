package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.flipside.models.domain.FlipsideException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Validates untrusted models before a runtime loads them. Rejects models that could load code, read
 * files, loop without bound or allocate excessive memory. Each error message states the reason.
 */
final class ModelCheck {
  private static final Set<String> KNOWN_DOMAINS = Set.of("", "ai.onnx", "com.microsoft");
  private static final int MOST_NODES = 200_000;
  private static final int DEEPEST_GRAPH = 8;
  private static final long MOST_ITERATIONS = 10_000;
  private static final long MOST_STEPS = 10_000_000;

  /** Operators whose number of iterations depends on the length of a tensor or on run-time data. */
  private static final Set<String> REPEATING =
      Set.of("Scan", "SequenceMap", "BeamSearch", "GreedySearch", "Sampling", "WhisperBeamSearch");

  /** ONNX Runtime operators that load files or external code. */
  private static final Set<String> LOADING =
      Set.of("EPContext", "PythonOp", "PythonOpGrad", "SNPE", "ATen");

  private static final long LARGEST_DIMENSION = 1L << 31;
  private static final long MOST_ELEMENTS = 1L << 32;
  private static final long LARGEST_STEP = 1 << 20;
  private static final Set<String> AT_LEAST_ONE =
      Set.of("strides", "dilations", "kernel_shape", "group", "blocksize", "num_outputs");

  private final ModelProto model;
  private final Map<String, FunctionProto> functions = new HashMap<>();
  private final Map<String, Long> expandedNodes = new HashMap<>();
  private long nodes;
  private long steps;

  private ModelCheck(ModelProto model) {
    this.model = model;
  }

  /**
   * Checks a model without external tensors.
   *
   * @throws FlipsideException if the model is refused; the message starts with {@code name}
   */
  static void require(ModelProto model, String name) {
    try {
      new ModelCheck(model).check();
    } catch (RefusedModelException e) {
      throw new FlipsideException(name + ": refused: " + e.getMessage(), e);
    }
  }

  private void check() {
    for (FunctionProto function : model.getFunctionsList()) {
      if (functions.put(key(function.getDomain(), function.getName()), function) != null) {
        throw new RefusedModelException("function " + function.getName() + " is defined twice");
      }
    }
    for (FunctionProto function : model.getFunctionsList()) {
      expanded(function, new HashSet<>());
      for (NodeProto node : function.getNodeList()) {
        check(node, functionCounts(function), 1, 1);
      }
    }
    check(model.getGraph(), Map.of(), 0, 1);
    requireOrder(model.getGraph());
  }

  private void check(GraphProto graph, Map<String, Long> outer, int depth, long iterations) {
    if (depth > DEEPEST_GRAPH) {
      throw new RefusedModelException("graphs within graphs, deeper than " + DEEPEST_GRAPH);
    }
    if (graph.getSparseInitializerCount() > 0) {
      throw new RefusedModelException(
          "sparse constants, which unpack to any size; export the model with dense ones");
    }
    graph.getInputList().forEach(ModelCheck::requireBounded);
    graph.getOutputList().forEach(ModelCheck::requireBounded);
    graph.getValueInfoList().forEach(ModelCheck::requireBounded);
    graph.getInitializerList().forEach(Tensors::requireConsistent);
    Map<String, Long> counts = counts(graph, outer, depth);
    for (NodeProto node : graph.getNodeList()) {
      check(node, counts, depth, iterations);
    }
  }

  private void check(NodeProto node, Map<String, Long> counts, int depth, long iterations) {
    if (++nodes > MOST_NODES) {
      throw new RefusedModelException("more than " + MOST_NODES + " nodes");
    }
    if (!KNOWN_DOMAINS.contains(node.getDomain())
        && !functions.containsKey(key(node.getDomain(), node.getOpType()))) {
      throw new RefusedModelException(
          "operator "
              + node.getOpType()
              + " of domain \""
              + node.getDomain()
              + "\" needs code that is not part of ONNX; export the model with standard operators");
    }
    steps += iterations;
    if (steps > MOST_STEPS) {
      throw new RefusedModelException("its loops take more than " + MOST_STEPS + " steps together");
    }
    FunctionProto function = functions.get(key(node.getDomain(), node.getOpType()));
    if (function != null) {
      for (NodeProto each : function.getNodeList()) {
        check(each, functionCounts(function), depth, iterations);
      }
    } else if (REPEATING.contains(node.getOpType())) {
      throw new RefusedModelException(
          called(node)
              + " may never end: its number of runs is no constant; export the model with"
              + " loops unrolled");
    } else if (LOADING.contains(node.getOpType())) {
      throw new RefusedModelException(
          called(node) + " loads code or files; export the model with standard operators");
    }
    long inside = iterations;
    if (node.getOpType().equals("Loop")) {
      inside = saturated(iterations, trips(node, counts));
      if (inside > MOST_ITERATIONS) {
        throw new RefusedModelException(
            called(node) + " runs " + inside + " times, more than " + MOST_ITERATIONS);
      }
    }
    for (AttributeProto attribute : node.getAttributeList()) {
      requireBounded(node, attribute);
      if (attribute.hasT()) {
        Tensors.requireConsistent(attribute.getT());
      }
      attribute.getTensorsList().forEach(Tensors::requireConsistent);
      if (attribute.hasSparseTensor() || attribute.getSparseTensorsCount() > 0) {
        throw new RefusedModelException(called(node) + " holds a sparse constant");
      }
      for (GraphProto body : Subgraphs.of(attribute)) {
        check(body, counts, depth + 1, inside);
      }
    }
  }

  /** Returns the maximum trip count of a loop, which must be a constant. */
  private static long trips(NodeProto loop, Map<String, Long> counts) {
    Long trips = loop.getInputCount() == 0 ? null : counts.get(loop.getInput(0));
    if (trips == null) {
      throw new RefusedModelException(
          called(loop)
              + " may never end: its number of runs is no constant; export the model with loops"
              + " unrolled");
    }
    return Math.max(1, trips);
  }

  /** Returns the constants that the nodes of a graph see; its own names hide those of outside. */
  private static Map<String, Long> counts(GraphProto graph, Map<String, Long> outer, int depth) {
    Map<String, Long> counts = new HashMap<>(outer);
    graph.getNodeList().forEach(node -> counts.keySet().removeAll(node.getOutputList()));
    for (TensorProto tensor : graph.getInitializerList()) {
      counts.remove(tensor.getName());
      addCount(counts, tensor.getName(), tensor);
    }
    graph.getNodeList().forEach(node -> addCount(counts, node));
    if (depth > 0) {
      // The caller of a body sets its inputs, whatever their defaults.
      graph.getInputList().forEach(input -> counts.remove(input.getName()));
    }
    return counts;
  }

  private static Map<String, Long> functionCounts(FunctionProto function) {
    Map<String, Long> counts = new HashMap<>();
    function.getNodeList().forEach(node -> addCount(counts, node));
    return counts;
  }

  private static void addCount(Map<String, Long> counts, NodeProto node) {
    if (node.getOpType().equals("Constant") && node.getOutputCount() == 1) {
      node.getAttributeList().stream()
          .filter(AttributeProto::hasT)
          .forEach(each -> addCount(counts, node.getOutput(0), each.getT()));
    }
  }

  private static void addCount(Map<String, Long> counts, String name, TensorProto tensor) {
    Tensors.onlyLong(tensor).ifPresent(value -> counts.put(name, value));
  }

  /** Returns the number of nodes of a function after inlining all functions that it calls. */
  private long expanded(FunctionProto function, Set<String> callers) {
    String key = key(function.getDomain(), function.getName());
    Long known = expandedNodes.get(key);
    if (known != null) {
      return known;
    }
    if (!callers.add(key)) {
      throw new RefusedModelException("function " + function.getName() + " calls itself");
    }
    if (callers.size() > DEEPEST_GRAPH) {
      throw new RefusedModelException("functions within functions, deeper than " + DEEPEST_GRAPH);
    }
    long count = 0;
    for (NodeProto node : function.getNodeList()) {
      FunctionProto called = functions.get(key(node.getDomain(), node.getOpType()));
      count += called == null ? 1 : expanded(called, callers);
      if (count > MOST_NODES) {
        throw new RefusedModelException("functions unfold to more than " + MOST_NODES + " nodes");
      }
    }
    callers.remove(key);
    expandedNodes.put(key, count);
    return count;
  }

  private void requireOrder(GraphProto graph) {
    Set<String> made = new HashSet<>();
    graph.getInputList().forEach(each -> made.add(each.getName()));
    graph.getInitializerList().forEach(each -> made.add(each.getName()));
    Set<String> produced = new HashSet<>();
    long unfolded = 0;
    for (NodeProto node : graph.getNodeList()) {
      for (String output : node.getOutputList()) {
        if (!output.isEmpty() && !produced.add(output)) {
          throw new RefusedModelException("value \"" + output + "\" is made twice");
        }
      }
      FunctionProto called = functions.get(key(node.getDomain(), node.getOpType()));
      unfolded += called == null ? 1 : expanded(called, new HashSet<>());
    }
    if (unfolded > MOST_NODES) {
      throw new RefusedModelException("functions unfold to more than " + MOST_NODES + " nodes");
    }
    for (NodeProto node : TopologicalOrder.of(graph)) {
      for (String input : node.getInputList()) {
        if (!input.isEmpty() && !made.contains(input)) {
          throw new RefusedModelException(
              called(node)
                  + " reads \""
                  + input
                  + "\", which "
                  + (produced.contains(input) ? "depends on it in turn" : "nothing makes"));
        }
      }
      made.addAll(node.getOutputList());
    }
  }

  private static void requireBounded(ValueInfoProto value) {
    long elements = 1;
    List<Long> dims = new ArrayList<>();
    for (Dimension dim : value.getType().getTensorType().getShape().getDimList()) {
      dims.add(dim.getDimValue());
      elements = saturated(elements, Math.max(1, dim.getDimValue()));
      if (dim.getDimValue() > LARGEST_DIMENSION || elements > MOST_ELEMENTS) {
        throw new RefusedModelException(
            "value \"" + value.getName() + "\" is declared with shape " + dims + ", too large");
      }
    }
    if (dims.size() > 16) {
      throw new RefusedModelException(
          "value \"" + value.getName() + "\" has " + dims.size() + " axes");
    }
  }

  /** Bounds attributes that a runtime divides by or uses as allocation sizes. */
  private static void requireBounded(NodeProto node, AttributeProto attribute) {
    if (AT_LEAST_ONE.contains(attribute.getName()) && attribute.getRefAttrName().isEmpty()) {
      boolean single = attribute.getIntsCount() == 0;
      List<Long> values = single ? List.of(attribute.getI()) : attribute.getIntsList();
      requireBetween(node, attribute, values, 1);
    } else if (attribute.getName().equals("pads")
        || attribute.getName().equals("output_padding")
        || attribute.getName().equals("output_shape")) {
      requireBetween(node, attribute, attribute.getIntsList(), -LARGEST_STEP);
    } else if (attribute.getName().equals("shape")) {
      long elements = 1;
      for (long dim : attribute.getIntsList()) {
        elements = saturated(elements, Math.max(1, dim));
      }
      if (elements > MOST_ELEMENTS) {
        throw new RefusedModelException(called(node) + " makes " + elements + " elements");
      }
    }
  }

  private static void requireBetween(
      NodeProto node, AttributeProto attribute, List<Long> values, long least) {
    for (long value : values) {
      if (value < least || value > LARGEST_STEP) {
        throw new RefusedModelException(
            called(node)
                + " has "
                + attribute.getName()
                + " "
                + value
                + ", expected "
                + least
                + " to "
                + LARGEST_STEP);
      }
    }
  }

  private static long saturated(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }

  private static String called(NodeProto node) {
    return node.getOpType() + (node.getName().isEmpty() ? "" : " \"" + node.getName() + "\"");
  }

  private static String key(String domain, String name) {
    return domain + ":" + name;
  }
}
