package dev.flipside.models.precision;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.Nodes;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.Subgraphs;
import dev.flipside.models.onnx.Tensors;
import dev.flipside.models.onnx.TopologicalOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Builds the converted graph of a {@link HalfPlan}. A float32 value keeps its name; its float16
 * counterpart has the same name with a suffix. Unconverted nodes, loop bodies and graph outputs
 * thus stay unchanged. Each cast or float16 constant is created once, on first use.
 */
final class HalfGraph {
  private final GraphProto source;
  private final GraphView graph;
  private final HalfPlan plan;
  private final FloatConstants constants;
  private final String suffix;
  private final List<NodeProto> built = new ArrayList<>();
  private final List<TensorProto> added = new ArrayList<>();

  /** Names for which a cast or a float16 constant exists. */
  private final Set<String> made = new HashSet<>();

  HalfGraph(GraphProto source, GraphView graph, HalfPlan plan, FloatConstants constants) {
    this.source = source;
    this.graph = graph;
    this.plan = plan;
    this.constants = constants;
    this.suffix = unusedSuffix(source);
  }

  /** Returns the converted graph without nodes that its outputs do not depend on. */
  GraphProto build() {
    graph.nodes().forEach(node -> built.add(plan.isChosen(node) ? halved(node) : kept(node)));
    source.getOutputList().forEach(each -> restore(each.getName()));
    Set<String> read = new HashSet<>();
    List<NodeProto> needed = needed(read);
    GraphProto.Builder result =
        source.toBuilder().clearNode().clearInitializer().clearValueInfo().addAllNode(needed);
    source.getInitializerList().stream()
        .filter(each -> read.contains(each.getName()) || graph.isInput(each.getName()))
        .forEach(result::addInitializer);
    added.forEach(result::addInitializer);
    return result.addAllValueInfo(valueInfo(needed)).build();
  }

  private NodeProto halved(NodeProto node) {
    NodeProto.Builder copy = node.toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      if (HalfOperators.isFloatInput(node, i)) {
        copy.setInput(i, half(node.getInput(i)));
      } else {
        restore(node.getInput(i));
      }
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      if (plan.isHalf(node.getOutput(i))) {
        copy.setOutput(i, node.getOutput(i) + suffix);
      }
    }
    return copy.build();
  }

  private NodeProto kept(NodeProto node) {
    if ((Nodes.is(node, "Shape") || Nodes.is(node, "Size")) && plan.isHalf(node.getInput(0))) {
      // The shape is the same in float16, so no cast is needed.
      return node.toBuilder().setInput(0, node.getInput(0) + suffix).build();
    }
    TopologicalOrder.reads(node).forEach(this::restore);
    return node;
  }

  /** Returns the float16 name of a value; creates the cast or constant on first use. */
  private String half(String value) {
    Optional<TensorProto> constant =
        constants.find(value).filter(each -> !graph.isInput(each.getName()));
    String half = constant.map(TensorProto::getName).orElse(value) + suffix;
    if (!plan.isHalf(value) && made.add(half)) {
      constant.ifPresentOrElse(
          each -> added.add(FloatConstants.halved(each, half)),
          () -> built.add(cast(value, half, half, TensorProto.DataType.FLOAT16_VALUE)));
    }
    return half;
  }

  /** Makes a value available in float32. */
  private void restore(String value) {
    if (plan.isHalf(value) && made.add(value)) {
      String half = value + suffix;
      built.add(cast(half, value, half + "/back", TensorProto.DataType.FLOAT_VALUE));
    }
  }

  private static NodeProto cast(String from, String to, String name, int type) {
    return Nodes.make("Cast", name, to, from).addAttribute(OnnxGraph.attribute("to", type)).build();
  }

  /** Returns the nodes that the outputs depend on; adds all values read to {@code read}. */
  private List<NodeProto> needed(Set<String> read) {
    source.getOutputList().forEach(each -> read.add(each.getName()));
    List<NodeProto> needed = new ArrayList<>();
    for (int i = built.size() - 1; i >= 0; i--) {
      NodeProto node = built.get(i);
      if (node.getOutputList().stream().anyMatch(read::contains)) {
        needed.add(node);
        read.addAll(TopologicalOrder.reads(node));
      }
    }
    Collections.reverse(needed);
    return needed;
  }

  /** Returns the declared value infos of remaining values, and float16 infos of converted ones. */
  private List<ValueInfoProto> valueInfo(List<NodeProto> needed) {
    Set<String> there = new HashSet<>();
    needed.forEach(node -> there.addAll(node.getOutputList()));
    List<ValueInfoProto> infos = new ArrayList<>();
    Set<String> declared = new HashSet<>();
    for (ValueInfoProto each : source.getValueInfoList()) {
      if (there.contains(each.getName())) {
        infos.add(each);
      }
      if (plan.isHalf(each.getName()) && declared.add(each.getName())) {
        ValueInfoProto.Builder info = each.toBuilder().setName(each.getName() + suffix);
        info.getTypeBuilder()
            .getTensorTypeBuilder()
            .setElemType(TensorProto.DataType.FLOAT16_VALUE);
        infos.add(info.build());
      }
    }
    for (NodeProto node : needed) {
      for (String each : node.getOutputList()) {
        if (each.endsWith(suffix)
            && declared.add(each.substring(0, each.length() - suffix.length()))) {
          infos.add(Tensors.declare(each, TensorProto.DataType.FLOAT16_VALUE));
        }
      }
    }
    return infos;
  }

  /** Returns a suffix that occurs in no name of the graph. */
  private static String unusedSuffix(GraphProto source) {
    Set<String> names = Subgraphs.names(source);
    String suffix = "/float16";
    for (int i = 1; containsAny(names, suffix); i++) {
      suffix = "/float16_" + i;
    }
    return suffix;
  }

  private static boolean containsAny(Set<String> names, String part) {
    return names.stream().anyMatch(each -> each.contains(part));
  }
}
