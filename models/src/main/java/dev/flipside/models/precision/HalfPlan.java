package dev.flipside.models.precision;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
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
  private final List<NodeProto> nodes;
  private final FloatConstants constants;

  /** Values that are known to be float32. */
  private final Set<String> floats = new HashSet<>();

  /** Nodes that may compute in float16. */
  private final Set<NodeProto> able = identitySet();

  private final Set<NodeProto> chosen = identitySet();
  private final Set<String> halves = new HashSet<>();

  /**
   * Chooses.
   *
   * @param nodes of the graph, each behind those it reads
   */
  HalfPlan(GraphProto graph, List<NodeProto> nodes, FloatConstants constants) {
    this.nodes = nodes;
    this.constants = constants;
    graph.getInputList().stream()
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
    for (NodeProto node : nodes) {
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
    return node.getOpType().equals("Cast")
        && node.getDomain().isEmpty()
        && node.getAttributeList().stream()
            .anyMatch(
                each ->
                    each.getName().equals("to") && each.getI() == TensorProto.DataType.FLOAT_VALUE);
  }

  /** The able nodes from which able nodes lead to a heavy one. */
  private Set<NodeProto> leadingToHeavy() {
    Set<NodeProto> leading = identitySet();
    Set<String> wanted = new HashSet<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
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
    for (NodeProto node : nodes) {
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

  /** By identity: to hash a node is to hash its weights. */
  private static Set<NodeProto> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }
}
