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
 * Which nodes of a graph are to compute in float16: the heavy ones, and the light ones between
 * them. A light node alone would cost more in casts than it saves.
 *
 * <p>What comes behind the last heavy node stays in float32. There logits are brought to the size
 * of the image: they are cast while they are small, and what is interpolated between them is not
 * rounded once more.
 */
final class HalfPlan {
  private final GraphView graph;
  private final FloatConstants constants;

  /** Values that are known to be float32. */
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

  /** Whether a node is to compute in float16. */
  boolean isChosen(NodeProto node) {
    return chosen.contains(node);
  }

  /** Whether a node that computes in float16 makes a value. */
  boolean isHalf(String value) {
    return halves.contains(value);
  }

  /** How many heavy nodes compute in float16. */
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

  /** The able nodes from which able nodes lead to a heavy one. */
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
