package dev.flipside.models.output;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.Nodes;
import dev.flipside.models.onnx.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The scores that an output hides: it holds class IDs, best scores, or a mask, and the scores are
 * the values that an argmax or threshold reads.
 *
 * @param hiddenBy description of the first node after the scores that loses them, empty if the
 *     output holds scores itself
 * @param classAxis axis of the classes that this node tells, or {@link #UNKNOWN_AXIS}
 * @param candidates values that may hold the scores, from the output backwards: all have the same
 *     numbers, in other shapes
 */
public record ScoreTrace(String hiddenBy, long classAxis, List<String> candidates) {
  /** No node tells the axis of the classes. */
  public static final long UNKNOWN_AXIS = Long.MIN_VALUE;

  private static final Set<String> MOVING =
      Set.of(
          "Identity",
          "Cast",
          "CastLike",
          "Transpose",
          "Reshape",
          "Squeeze",
          "Unsqueeze",
          "Resize",
          "Upsample",
          "Flatten",
          "Gather",
          "Slice",
          "Not",
          "Dropout",
          "QuantizeLinear",
          "DequantizeLinear",
          "Clip",
          "Pad",
          "Expand");

  private static final Set<String> SHAPING =
      Set.of("Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Gather", "Slice", "Flatten");

  private static final Set<String> THRESHOLDS =
      Set.of("Greater", "GreaterOrEqual", "Less", "LessOrEqual");
  private static final Set<String> ROUNDING = Set.of("Round", "Floor", "Ceil", "Sign");
  private static final Set<String> WITH_CONSTANT = Set.of("Mul", "Add", "Sub", "Div", "Equal");
  private static final Set<Integer> FLOATING = Set.of(1, 10, 11, 16);
  private static final int LONGEST = 64;

  public ScoreTrace {
    candidates = List.copyOf(candidates);
  }

  /** Follows an output back to the scores. */
  public static ScoreTrace of(ModelProto model, String output) {
    GraphView graph = GraphView.of(model.getGraph());
    String hiddenBy = "";
    String scores = output;
    long axis = UNKNOWN_AXIS;
    boolean dequantized = false;
    String at = output;
    for (int steps = 0; steps < LONGEST; steps++) {
      NodeProto node = graph.producer(at);
      if (node == null || node.getInputCount() == 0 || !Nodes.is(node, node.getOpType())) {
        break;
      }
      String op = node.getOpType();
      String before = node.getInput(0);
      if (op.equals("ArgMax") || op.equals("TopK")) {
        long usual = op.equals("ArgMax") ? 0 : -1;
        axis = Nodes.attribute(node, "axis").map(AttributeProto::getI).orElse(usual);
      } else if (op.equals("ReduceMax")) {
        axis = onlyAxis(graph, node);
      } else if (THRESHOLDS.contains(op)) {
        before = computed(graph, node);
      } else if (!ROUNDING.contains(op)
          && !op.equals("OneHot")
          && !castsToWhole(node)
          && !(op.equals("QuantizeLinear") && !dequantized)) {
        dequantized |= op.equals("DequantizeLinear");
        boolean passes =
            MOVING.contains(op)
                || (WITH_CONSTANT.contains(op) && !computed(graph, node).isEmpty())
                || (op.equals("Where") && isMask(graph, node));
        if (!passes) {
          break;
        }
        at = WITH_CONSTANT.contains(op) || looksUp(graph, node) ? computed(graph, node) : before;
        continue;
      }
      if (before.isEmpty()) {
        break;
      }
      hiddenBy = describe(node);
      scores = before;
      at = before;
    }
    return new ScoreTrace(hiddenBy, axis, candidates(graph, scores));
  }

  /** Returns whether the output itself holds the scores. */
  public boolean isOpen() {
    return hiddenBy.isEmpty();
  }

  /** Returns the scores, and the values before nodes that only changed their shape. */
  private static List<String> candidates(GraphView graph, String scores) {
    List<String> candidates = new ArrayList<>();
    String at = scores;
    for (int steps = 0; steps < LONGEST; steps++) {
      candidates.add(at);
      NodeProto node = graph.producer(at);
      if (node == null || !SHAPING.contains(node.getOpType()) || node.getInputCount() == 0) {
        break;
      }
      at = node.getInput(0);
    }
    return candidates;
  }

  private static boolean castsToWhole(NodeProto node) {
    return node.getOpType().equals("Cast")
        && Nodes.attribute(node, "to")
            .filter(to -> !FLOATING.contains((int) to.getI()))
            .isPresent();
  }

  /** Returns the input that is no constant, empty if there is not exactly one. */
  private static String computed(GraphView graph, NodeProto node) {
    if (node.getInputCount() != 2) {
      return "";
    }
    boolean first = graph.isConstant(node.getInput(0));
    boolean second = graph.isConstant(node.getInput(1));
    return first == second ? "" : node.getInput(first ? 1 : 0);
  }

  /** Returns whether a node looks up IDs in a table, such as the colors of classes. */
  private static boolean looksUp(GraphView graph, NodeProto node) {
    return node.getOpType().equals("Gather")
        && graph.isConstant(node.getInput(0))
        && !computed(graph, node).isEmpty();
  }

  private static boolean isMask(GraphView graph, NodeProto node) {
    return node.getInputCount() == 3
        && isNumber(graph, node.getInput(1))
        && isNumber(graph, node.getInput(2));
  }

  /** Returns whether a value is one constant number; a mask is not made of maps of numbers. */
  private static boolean isNumber(GraphView graph, String value) {
    return graph
        .constant(value)
        .filter(each -> each.getDimsList().stream().allMatch(dimension -> dimension == 1))
        .isPresent();
  }

  private static long onlyAxis(GraphView graph, NodeProto node) {
    List<Long> told =
        Nodes.attribute(node, "axes").map(AttributeProto::getIntsList).orElse(List.of());
    if (told.size() == 1) {
      return told.get(0);
    }
    double[] axes =
        node.getInputCount() < 2
            ? null
            : graph.constant(node.getInput(1)).map(each -> Tensors.numbers(each, 1)).orElse(null);
    return axes == null ? UNKNOWN_AXIS : (long) axes[0];
  }

  private static String describe(NodeProto node) {
    String name = node.getName().isEmpty() ? "" : " \"" + node.getName() + "\"";
    return node.getOpType() + name;
  }
}
