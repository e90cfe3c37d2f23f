package dev.flipside.models.inspection;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the last nodes before an output make of the scores, found by going back through those that
 * only move, resize or convert.
 *
 * @param kind what the numbers are
 * @param node the node that tells, for a reason
 */
record OutputTail(Kind kind, String node) {
  private static final Set<String> PASSING =
      Set.of(
          "Identity",
          "Cast",
          "Transpose",
          "Reshape",
          "Squeeze",
          "Unsqueeze",
          "Resize",
          "Upsample",
          "Dropout",
          "Slice",
          "Pad",
          "Flatten");
  private static final int LONGEST_TAIL = 64;

  /** What the numbers of an output are. */
  enum Kind {
    /** No normalising node was found. */
    LOGITS,
    /** Softmax. */
    PROBABILITIES,
    /** Log of softmax. */
    LOG_PROBABILITIES,
    /** Sigmoid of every class by itself: no distribution. */
    SIGMOID,
    /** Class ids, not scores. */
    CLASS_IDS
  }

  static OutputTail of(GraphProto graph, String output) {
    Map<String, NodeProto> makers = new HashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(each -> makers.put(each, node));
    }
    NodeProto node = behind(makers, output);
    if (node == null) {
      return new OutputTail(Kind.LOGITS, "");
    }
    String op = node.getOpType();
    String lower = op.toLowerCase(Locale.ROOT);
    String name = op + (node.getName().isEmpty() ? "" : " \"" + node.getName() + "\"");
    if (lower.contains("logsoftmax") || lower.contains("log_softmax")) {
      return new OutputTail(Kind.LOG_PROBABILITIES, name);
    }
    if (lower.contains("softmax") || isQuotientOfExponentials(makers, node)) {
      return new OutputTail(Kind.PROBABILITIES, name);
    }
    if (op.equals("Log") && node.getInputCount() == 1) {
      NodeProto inner = behind(makers, node.getInput(0));
      return inner != null && inner.getOpType().equals("Softmax")
          ? new OutputTail(Kind.LOG_PROBABILITIES, name)
          : new OutputTail(Kind.LOGITS, name);
    }
    if (op.equals("Sigmoid") || op.equals("HardSigmoid")) {
      return new OutputTail(Kind.SIGMOID, name);
    }
    if (op.equals("ArgMax") || op.equals("ArgMin") || lower.contains("argmax")) {
      return new OutputTail(Kind.CLASS_IDS, name);
    }
    return new OutputTail(Kind.LOGITS, name);
  }

  /** The first node before a value that changes numbers. */
  private static @Nullable NodeProto behind(Map<String, NodeProto> makers, String value) {
    NodeProto node = makers.get(value);
    for (int i = 0; i < LONGEST_TAIL && node != null && PASSING.contains(node.getOpType()); i++) {
      node = node.getInputCount() == 0 ? null : makers.get(node.getInput(0));
    }
    return node;
  }

  /** Softmax as some exporters take it apart: exp x divided by the sum of exp x. */
  private static boolean isQuotientOfExponentials(Map<String, NodeProto> makers, NodeProto node) {
    if (!node.getOpType().equals("Div") || node.getInputCount() != 2) {
      return false;
    }
    NodeProto above = makers.get(node.getInput(0));
    NodeProto below = makers.get(node.getInput(1));
    return above != null
        && below != null
        && above.getOpType().equals("Exp")
        && below.getOpType().equals("ReduceSum")
        && below.getInputCount() > 0
        && below.getInput(0).equals(node.getInput(0));
  }
}
