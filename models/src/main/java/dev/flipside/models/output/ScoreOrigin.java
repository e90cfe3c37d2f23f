package dev.flipside.models.output;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.flipside.models.onnx.GraphView;
import java.util.Set;

/**
 * The layer that scores come from: the value before nodes that only move, resize, scale or activate
 * them. Values with the same origin are the same scores in other forms, such as logits, their
 * softmax, and the class IDs that hide it.
 */
public final class ScoreOrigin {
  /** Nodes that pick channels: what they give may be something else than all scores. */
  private static final Set<String> PICKING = Set.of("Gather", "Slice", "Split", "ReduceMean");

  private static final Set<String> ACTIVATIONS =
      Set.of("Softmax", "LogSoftmax", "Sigmoid", "HardSigmoid", "Exp", "Log");
  private static final Set<String> ARITHMETIC = Set.of("Add", "Sub", "Mul", "Div");
  private static final int LONGEST = 64;

  private ScoreOrigin() {}

  /** Returns the name of the value that a value comes from, itself if there is none. */
  public static String of(GraphProto model, String value) {
    GraphView graph = GraphView.of(model);
    String at = value;
    for (int steps = 0; steps < LONGEST; steps++) {
      NodeProto node = graph.producer(at);
      if (node == null || node.getInputCount() == 0 || !keeps(graph, node)) {
        return at;
      }
      at = node.getInput(graph.isConstant(node.getInput(0)) ? node.getInputCount() - 1 : 0);
    }
    return at;
  }

  private static boolean keeps(GraphView graph, NodeProto node) {
    String op = node.getOpType();
    if (ARITHMETIC.contains(op)) {
      // Besides constants: the largest score or the sum of all, as in a softmax taken apart.
      return node.getInputList().stream()
              .filter(each -> !graph.isConstant(each) && !isReduced(graph, each))
              .count()
          == 1;
    }
    return ACTIVATIONS.contains(op) || (Operators.PASSING.contains(op) && !PICKING.contains(op));
  }

  private static boolean isReduced(GraphView graph, String value) {
    NodeProto node = graph.producer(value);
    return node != null && node.getOpType().startsWith("Reduce");
  }
}
