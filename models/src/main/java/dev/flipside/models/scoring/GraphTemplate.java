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
 * The part of a user's graph that computes one output from one input, ready to be laid into a
 * scoring graph as often as needed. Constants are shared by all copies.
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
   * Takes over the constants of the user's graph.
   *
   * @param graph where copies go, a scope in which nothing clashes with the user's names
   * @param source the user's graph
   * @param reserved names that the scoring graph needs for itself; where the user's graph has them,
   *     its values are renamed
   * @param types element types of what dropout reads, where they are known
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

  /** Whether a pass with dropout kept on differs from another. */
  boolean hasDropout() {
    return nodes.stream().anyMatch(GraphTemplate::isDropout);
  }

  /**
   * Lays the network behind a value. The first time its values keep their names, later they get the
   * name of the copy in front.
   */
  OnnxValue copy(OnnxValue from) {
    String prefix = copies == 0 ? "" : graph.prefix() + "copy" + copies + "/";
    Map<String, String> names = namesOfNextCopy(from, prefix);
    nodes.forEach(node -> graph.append(copied(node, names, prefix)));
    return new OnnxValue(names.getOrDefault(output, output));
  }

  /**
   * Lays the network behind a value with dropout kept on, several times: each pass draws its own
   * masks, from seeds that are fixed. What comes before the first dropout is there once.
   *
   * @param passes number of results
   */
  List<OnnxValue> stochasticCopies(OnnxValue from, int passes) {
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
          drop(renamed(node, names), graph.scope("drops" + copies + "_" + pass), place++, pass);
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

  /** The values that a dropout node makes or that follow from one, those of subgraphs included. */
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
   * Lays a dropout that drops: {@code x · [u >= ratio] / (1 - ratio)} with u uniform. Spelled out,
   * for ONNX Runtime's optimiser takes a Dropout node away even where it is told to train.
   */
  private void drop(NodeProto dropout, OnnxGraph scope, int place, int pass) {
    OnnxOps ops = new OnnxOps(scope);
    OnnxValue x = new OnnxValue(dropout.getInput(0));
    OnnxValue uniform =
        scope.node(
            "RandomUniformLike",
            Map.of("dtype", (long) TensorType.FLOAT32.onnxCode(), "seed", 1f + pass * 1009 + place),
            x);
    OnnxValue ratio = ratio(dropout, ops);
    OnnxValue kept = ops.op("Not", ops.op("Less", uniform, ratio));
    OnnxValue factor =
        ops.op("Div", ops.cast(kept, TensorType.FLOAT32), ops.op("Sub", ops.scalar(1), ratio));
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

  /** A node of a copy; nodes need names of their own, too. */
  private static NodeProto copied(NodeProto node, Map<String, String> names, String prefix) {
    NodeProto renamed = renamed(node, names);
    return prefix.isEmpty() || node.getName().isEmpty()
        ? renamed
        : renamed.toBuilder().setName(prefix + node.getName()).build();
  }

  /** The node with its values under other names, in subgraphs too. */
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
