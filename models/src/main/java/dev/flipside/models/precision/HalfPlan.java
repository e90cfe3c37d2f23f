package dev.flipside.models.precision;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.Nodes;
import java.util.HashSet;
import java.util.Set;

/**
 * Selects the nodes that compute in float16: convolutions and matrix products, and cheaper nodes
 * between them. Converting a cheap node alone would cost more in casts than it saves.
 *
 * <p>Nodes after the last convolution or matrix product stay in float32. They upsample the logits
 * to image size: casting is cheaper before, and interpolated values are not rounded again.
 */
final class HalfPlan {
  private final GraphView graph;
  private final FloatConstants constants;

  /** Values known to be float32. */
  private final Set<String> floats = new HashSet<>();

  /** Nodes that may compute in float16. */
  private final Set<NodeProto> able = Nodes.newSet();

  private final Set<NodeProto> chosen = Nodes.newSet();
  private final Set<String> halves = new HashSet<>();

  HalfPlan(GraphProto source, GraphView graph, FloatConstants constants) {
    this.graph = graph;
    this.constants = constants;
    source.getInputList().stream()
        .filter(HalfPlan::isFloat)
        .forEach(each -> floats.add(each.getName()));
    constants.names().forEach(floats::add);
    findAble();
    choose(leadingToHeavy());
  }

  /** Returns whether a node is selected for float16. */
  boolean isChosen(NodeProto node) {
    return chosen.contains(node);
  }

  /** Returns whether a selected node produces the value. */
  boolean isHalf(String value) {
    return halves.contains(value);
  }

  /** Returns the number of selected convolutions and matrix products. */
  long heavy() {
    return chosen.stream().filter(HalfOperators::isHeavy).count();
  }

  private static boolean isFloat(ValueInfoProto input) {
    return input.getType().getTensorType().getElemType() == TensorProto.DataType.FLOAT_VALUE;
  }

  private void findAble() {
    for (NodeProto node : graph.nodes()) {
      if (castsToFloat(node)) {
        floats.add(node.getOutput(0));
      } else if (HalfOperators.knows(node)
          && HalfOperators.tellingInputs(node).stream().anyMatch(floats::contains)) {
        floats.addAll(HalfOperators.floatOutputs(node));
        if (HalfOperators.floatInputs(node).stream().allMatch(constants::survives)) {
          able.add(node);
        }
      }
    }
  }

  private static boolean castsToFloat(NodeProto node) {
    return Nodes.is(node, "Cast")
        && Nodes.attribute(node, "to")
            .filter(each -> each.getI() == TensorProto.DataType.FLOAT_VALUE)
            .isPresent();
  }

  /** Returns the eligible nodes from which a path of eligible nodes leads to a heavy one. */
  private Set<NodeProto> leadingToHeavy() {
    Set<NodeProto> leading = Nodes.newSet();
    Set<String> wanted = new HashSet<>();
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      NodeProto node = graph.nodes().get(i);
      if (able.contains(node)
          && (HalfOperators.isHeavy(node)
              || HalfOperators.floatOutputs(node).stream().anyMatch(wanted::contains))) {
        leading.add(node);
        wanted.addAll(HalfOperators.floatInputs(node));
      }
    }
    return leading;
  }

  private void choose(Set<NodeProto> leading) {
    for (NodeProto node : graph.nodes()) {
      if (leading.contains(node)
          && (HalfOperators.isHeavy(node)
              || HalfOperators.tellingInputs(node).stream().anyMatch(halves::contains))) {
        chosen.add(node);
        HalfOperators.floatOutputs(node).stream()
            .filter(each -> !each.isEmpty())
            .forEach(halves::add);
      }
    }
  }
}
