package dev.flipside.models.scoring;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.Nodes;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.models.onnx.Subgraphs;
import dev.flipside.models.onnx.TopologicalOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of the user's graph that computes an output from an input, which can be copied into a
 * scoring graph several times. All copies share the constants.
 */
final class GraphTemplate {
  private static final int OLDEST_OPSET_WITH_CAST_LIKE = 15;
  private static final float DEFAULT_RATIO = 0.5f;

  private final OnnxGraph graph;
  private final String input;
  private final String output;
  private final List<NodeProto> nodes = new ArrayList<>();
  private final List<TensorType> dropoutTypes = new ArrayList<>();
  private int copies;

  /**
   * Adds the constants of the user's graph to the scoring graph.
   *
   * @param graph scoring graph, a scope without conflicts with the user's names
   * @param source the user's graph
   * @param reserved names used by the scoring graph itself; values of the user's graph with these
   *     names are renamed
   * @param types element types of the inputs of dropout nodes, if known
   */
  GraphTemplate(
      OnnxGraph graph,
      GraphProto source,
      String input,
      String output,
      Set<String> reserved,
      Map<String, TensorType> types) {
    this.graph = graph;
    List<NodeProto> kept = TopologicalOrder.leadingTo(source, output);
    Set<String> needed = new HashSet<>(List.of(output));
    needed.addAll(TopologicalOrder.reads(kept));
    Map<String, String> freed = new HashMap<>();
    reserved.forEach(each -> freed.put(each, graph.prefix() + "users/" + each));
    this.input = freed.getOrDefault(input, input);
    this.output = freed.getOrDefault(output, output);
    for (NodeProto node : kept) {
      nodes.add(renamed(node, freed));
      if (isDropout(node)) {
        dropoutTypes.add(types.getOrDefault(node.getInput(0), TensorType.FLOAT32));
      }
    }
    for (TensorProto constant : source.getInitializerList()) {
      if (needed.contains(constant.getName())) {
        String name = constant.getName();
        graph.append(
            freed.containsKey(name)
                ? constant.toBuilder().setName(freed.get(name)).build()
                : constant);
      }
    }
  }

  /** Returns whether passes with active dropout differ. */
  boolean hasDropout() {
    return nodes.stream().anyMatch(GraphTemplate::isDropout);
  }

  /**
   * Copies the model behind a value. The first copy keeps the names of its values, later ones get
   * the name of the copy as prefix.
   */
  OnnxValue copy(OnnxValue from) {
    String prefix = copies == 0 ? "" : graph.prefix() + "copy" + copies + "/";
    Map<String, String> names = namesOfNextCopy(from, prefix);
    nodes.forEach(node -> graph.append(copied(node, names, prefix)));
    return new OnnxValue(names.getOrDefault(output, output));
  }

  /**
   * Copies the model behind a value several times with active dropout. Each pass has its own masks.
   * Nodes before the first dropout are copied once.
   *
   * @param passes number of results
   * @param seeds int64 {@code [rows]}: the seed of each image of the value
   * @param rows number of images
   */
  List<OnnxValue> stochasticCopies(OnnxValue from, int passes, OnnxValue seeds, long rows) {
    DropoutMasks masks = new DropoutMasks(new OnnxOps(graph.scope("seeds" + copies)), seeds, rows);
    Set<String> random = randomValues();
    String prefix = graph.prefix() + "copy" + copies + "/";
    Map<String, String> common = namesOfNextCopy(from, prefix);
    List<OnnxValue> results = new ArrayList<>();
    for (int pass = 0; pass < passes; pass++) {
      Map<String, String> names = new HashMap<>(common);
      String own = prefix + "pass" + pass + "/";
      random.forEach(each -> names.put(each, own + each));
      int place = 0;
      for (NodeProto node : nodes) {
        boolean varies = node.getOutputList().stream().anyMatch(random::contains);
        if (isDropout(node)) {
          OnnxGraph scope = graph.scope("drops" + copies + "_" + pass);
          drop(renamed(node, names), scope, masks, place++, pass);
        } else if (varies || pass == 0) {
          graph.append(copied(node, names, own));
        }
      }
      results.add(new OnnxValue(names.getOrDefault(output, output)));
    }
    return results;
  }

  private Map<String, String> namesOfNextCopy(OnnxValue from, String prefix) {
    Map<String, String> names = new HashMap<>();
    if (!prefix.isEmpty()) {
      nodes.forEach(node -> addMade(node, names, prefix));
    }
    copies++;
    names.put(input, from.name());
    return names;
  }

  /**
   * Returns the outputs of dropout nodes and all values computed from them, including those in
   * subgraphs.
   */
  private Set<String> randomValues() {
    Map<String, String> random = new HashMap<>();
    for (NodeProto node : nodes) {
      if (isDropout(node) || TopologicalOrder.reads(node).stream().anyMatch(random::containsKey)) {
        addMade(node, random, "");
      }
    }
    return random.keySet();
  }

  static boolean isDropout(NodeProto node) {
    return Nodes.is(node, "Dropout") && node.getInputCount() > 0;
  }

  /**
   * Adds an active dropout: {@code x · mask / (1 - ratio)}. Built from basic operators, because the
   * optimizer of ONNX Runtime removes Dropout nodes even in training mode.
   */
  private void drop(NodeProto dropout, OnnxGraph scope, DropoutMasks masks, int place, int pass) {
    OnnxOps ops = new OnnxOps(scope);
    OnnxValue x = new OnnxValue(dropout.getInput(0));
    OnnxValue ratio = ratio(dropout, ops);
    OnnxValue kept = ops.cast(masks.kept(x, ratio, pass, place), TensorType.FLOAT32);
    OnnxValue factor = ops.op("Div", kept, ops.op("Sub", ops.scalar(1), ratio));
    if (scope.opset() >= OLDEST_OPSET_WITH_CAST_LIKE) {
      factor = ops.op("CastLike", factor, x);
    } else {
      factor = ops.cast(factor, dropoutTypes.get(place));
    }
    graph.append(
        Nodes.make(
                "Mul",
                scope.prefix() + "dropped_" + place,
                dropout.getOutput(0),
                x.name(),
                factor.name())
            .build());
  }

  private static OnnxValue ratio(NodeProto dropout, OnnxOps ops) {
    if (Nodes.hasInput(dropout, 1)) {
      return ops.cast(new OnnxValue(dropout.getInput(1)), TensorType.FLOAT32);
    }
    return ops.scalar(
        Nodes.attribute(dropout, "ratio").map(AttributeProto::getF).orElse(DEFAULT_RATIO));
  }

  /** Returns a node of a copy, with a unique name. */
  private static NodeProto copied(NodeProto node, Map<String, String> names, String prefix) {
    NodeProto renamed = renamed(node, names);
    return prefix.isEmpty() || node.getName().isEmpty()
        ? renamed
        : renamed.toBuilder().setName(prefix + node.getName()).build();
  }

  /** Returns the node with renamed values, also in subgraphs. */
  static NodeProto renamed(NodeProto node, Map<String, String> names) {
    NodeProto.Builder copy =
        Nodes.renameInputs(node, each -> names.getOrDefault(each, each)).clearOutput();
    node.getOutputList().forEach(each -> copy.addOutput(names.getOrDefault(each, each)));
    for (int i = 0; i < node.getAttributeCount(); i++) {
      AttributeProto attribute = node.getAttribute(i);
      if (attribute.hasG()) {
        copy.setAttribute(i, attribute.toBuilder().setG(renamed(attribute.getG(), names)));
      }
      for (int g = 0; g < attribute.getGraphsCount(); g++) {
        copy.getAttributeBuilder(i).setGraphs(g, renamed(attribute.getGraphs(g), names));
      }
    }
    return copy.build();
  }

  private static GraphProto renamed(GraphProto body, Map<String, String> names) {
    GraphProto.Builder copy = body.toBuilder().clearValueInfo().clearQuantizationAnnotation();
    for (int i = 0; i < body.getNodeCount(); i++) {
      copy.setNode(i, renamed(body.getNode(i), names));
    }
    for (int i = 0; i < body.getInputCount(); i++) {
      copy.setInput(i, renamed(body.getInput(i), names));
    }
    for (int i = 0; i < body.getOutputCount(); i++) {
      copy.setOutput(i, renamed(body.getOutput(i), names));
    }
    for (int i = 0; i < body.getInitializerCount(); i++) {
      TensorProto constant = body.getInitializer(i);
      copy.setInitializer(
          i,
          constant.toBuilder().setName(names.getOrDefault(constant.getName(), constant.getName())));
    }
    return copy.build();
  }

  private static ValueInfoProto renamed(ValueInfoProto value, Map<String, String> names) {
    return value.toBuilder().setName(names.getOrDefault(value.getName(), value.getName())).build();
  }

  private static void addMade(NodeProto node, Map<String, String> names, String prefix) {
    for (String each : node.getOutputList()) {
      if (!each.isEmpty()) {
        names.put(each, prefix + each);
      }
    }
    for (GraphProto body : Subgraphs.of(node)) {
      body.getNodeList().forEach(each -> addMade(each, names, prefix));
      body.getInputList().forEach(each -> names.put(each.getName(), prefix + each.getName()));
      body.getInitializerList().forEach(each -> names.put(each.getName(), prefix + each.getName()));
    }
  }
}
