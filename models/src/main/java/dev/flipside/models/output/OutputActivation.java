package dev.flipside.models.output;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.Nodes;
import dev.flipside.models.onnx.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The activation before an output, found by walking back through nodes that only move, resize,
 * convert, clip, scale or average values.
 *
 * @param kind kind of the output values
 * @param node description of the node that determines the kind
 * @param scaled whether the values were multiplied or added afterwards, so that their sum over the
 *     classes may have changed
 */
public record OutputActivation(Kind kind, String node, boolean scaled) {
  private static final int LONGEST_TAIL = 64;
  private static final int MOST_VISITS = 1000;
  private static final int MOST_READ = 1024;

  /** Constants below this are added to prevent a logarithm of 0. */
  private static final double TRIFLE = 1e-3;

  private static final OutputActivation OTHER = new OutputActivation(Kind.UNKNOWN, "");

  OutputActivation(Kind kind, String node) {
    this(kind, node, false);
  }

  private OutputActivation withScale() {
    return new OutputActivation(kind, node, true);
  }

  /** Kind of the output values. */
  public enum Kind {
    /** The last layer is linear, such as a convolution. */
    LINEAR,
    /** Softmax, possibly scaled by a constant. */
    PROBABILITIES,
    /** Log of softmax. */
    LOG_PROBABILITIES,
    /** Independent sigmoid per class; not a distribution over classes. */
    SIGMOID,
    /** Another function of single values, such as ReLU or tanh. */
    FUNCTION,
    /** A value divided by one that is computed, too. */
    QUOTIENT,
    /** A matrix product of two computed values, as masks of queries are. */
    PRODUCT,
    /** A matrix product of probabilities and sigmoids: queries combined to scores of classes. */
    COMBINED_QUERIES,
    /** Class ids instead of scores. */
    CLASS_IDS,
    /** Something else. */
    UNKNOWN
  }

  /**
   * Finds the activation before a value.
   *
   * @param output name of a graph output or an inner value
   */
  public static OutputActivation of(ModelProto model, String output) {
    Map<String, FunctionProto> functions = new HashMap<>();
    for (FunctionProto each : model.getFunctionsList()) {
      functions.put(each.getDomain() + ":" + each.getName(), each);
    }
    GraphView graph = GraphView.of(model.getGraph());
    return new Walk(graph, functions, new AtomicInteger(MOST_VISITS)).behind(output, 0);
  }

  /** Walks back through one graph, branch or function. */
  private record Walk(
      GraphView graph, Map<String, FunctionProto> functions, AtomicInteger visitsLeft) {
    OutputActivation behind(String value, int steps) {
      NodeProto node = graph.producer(value);
      if (node == null || steps > LONGEST_TAIL || visitsLeft.getAndDecrement() <= 0) {
        return OTHER;
      }
      String op = node.getOpType();
      if (op.equals("Gather") && node.getInputCount() > 1 && graph.isConstant(node.getInput(0))) {
        return new OutputActivation(Kind.CLASS_IDS, name(node));
      }
      if (Operators.PASSING.contains(op) && node.getInputCount() > 0) {
        OutputActivation before = behind(node.getInput(0), steps + 1);
        boolean bounded = op.equals("Clip") && before.kind == Kind.LINEAR;
        return bounded ? new OutputActivation(Kind.FUNCTION, name(node)) : before;
      }
      FunctionProto function = functions.get(node.getDomain() + ":" + op);
      int place = node.getOutputList().indexOf(value);
      if (function != null && place < function.getOutputCount()) {
        OutputActivation inside =
            new Walk(GraphView.of(function.getNodeList(), null), functions, visitsLeft)
                .behind(function.getOutput(place), steps + 1);
        return inside;
      }
      if (op.equals("If")) {
        return ofBranches(node, place, steps);
      }
      return Operators.JOINING.contains(op) ? ofParts(node, steps) : made(node, steps);
    }

    private OutputActivation made(NodeProto node, int steps) {
      String op = node.getOpType();
      String lower = op.toLowerCase(Locale.ROOT);
      String fused =
          Nodes.attribute(node, "activation").map(each -> each.getS().toStringUtf8()).orElse("");
      if (!fused.isEmpty()) {
        boolean sigmoid = fused.equals("Sigmoid") || fused.equals("HardSigmoid");
        return new OutputActivation(
            sigmoid ? Kind.SIGMOID : Kind.FUNCTION, fused + " fused into " + name(node));
      }
      if (lower.contains("logsoftmax") || lower.contains("log_softmax")) {
        return new OutputActivation(Kind.LOG_PROBABILITIES, name(node));
      }
      if (lower.contains("softmax")) {
        return new OutputActivation(Kind.PROBABILITIES, name(node));
      }
      if (op.equals("Log")
          && node.getInputCount() > 0
          && behind(node.getInput(0), steps + 1).kind == Kind.PROBABILITIES) {
        return new OutputActivation(Kind.LOG_PROBABILITIES, name(node));
      }
      if (op.equals("Sigmoid") || op.equals("HardSigmoid") || op.equals("QLinearSigmoid")) {
        return new OutputActivation(Kind.SIGMOID, name(node));
      }
      if (Operators.CHOICES.contains(op) || lower.contains("argmax")) {
        return new OutputActivation(Kind.CLASS_IDS, name(node));
      }
      if (op.equals("MatMul") || op.equals("Einsum")) {
        return ofProduct(node, steps);
      }
      Kind kind =
          Operators.ELEMENTWISE.contains(op)
              ? Kind.FUNCTION
              : Operators.LAYERS.contains(op) ? Kind.LINEAR : Kind.UNKNOWN;
      return new OutputActivation(kind, name(node));
    }

    /** A product with a constant is a layer, one of two computed values a combination. */
    private OutputActivation ofProduct(NodeProto node, int steps) {
      List<Kind> computed = new ArrayList<>();
      for (String each : node.getInputList()) {
        if (!isConstantChain(each)) {
          computed.add(behind(each, steps + 1).kind);
        }
      }
      if (computed.size() < 2) {
        return new OutputActivation(Kind.LINEAR, name(node));
      }
      boolean queries =
          computed.contains(Kind.SIGMOID)
              && computed.contains(Kind.PROBABILITIES)
              && computed.stream()
                  .allMatch(each -> each == Kind.SIGMOID || each == Kind.PROBABILITIES);
      return new OutputActivation(queries ? Kind.COMBINED_QUERIES : Kind.PRODUCT, name(node));
    }

    /** Returns whether a value is a constant, or one moved or converted. */
    private boolean isConstantChain(String value) {
      String at = value;
      for (int steps = 0; steps < LONGEST_TAIL; steps++) {
        if (graph.isConstant(at)) {
          return true;
        }
        NodeProto node = graph.producer(at);
        if (node == null
            || !Operators.PASSING.contains(node.getOpType())
            || node.getInputCount() == 0) {
          return false;
        }
        at = node.getInput(0);
      }
      return false;
    }

    /**
     * Combines several inputs: if all non-constant inputs have the same kind, the result has it
     * too, up to a factor.
     */
    private OutputActivation ofParts(NodeProto node, int steps) {
      if (isQuotientOfExponentials(node)) {
        return new OutputActivation(Kind.PROBABILITIES, name(node));
      }
      if (isProbabilityAndItsComplement(node, steps)) {
        return new OutputActivation(Kind.PROBABILITIES, name(node));
      }
      if (isGated(node)) {
        return new OutputActivation(Kind.FUNCTION, name(node));
      }
      if (node.getOpType().equals("Div")
          && node.getInputCount() == 2
          && !isConstantChain(node.getInput(1))) {
        return new OutputActivation(Kind.QUOTIENT, name(node));
      }
      List<OutputActivation> parts = new ArrayList<>();
      for (String each : node.getInputList()) {
        if (!isConstantChain(each)) {
          parts.add(behind(each, steps + 1));
        }
      }
      if (parts.size() == 1 && node.getInputCount() == 2) {
        return ofConstant(node, parts.get(0));
      }
      boolean plain =
          parts.stream().allMatch(each -> each.kind == Kind.LINEAR || each.kind == Kind.UNKNOWN);
      boolean alike = parts.stream().map(OutputActivation::kind).distinct().count() == 1;
      boolean scaled = node.getOpType().equals("Mul");
      // A product of two linear layers is no layer, a sum of them is.
      if (alike && !(scaled && parts.size() > 1)) {
        boolean joined = node.getOpType().equals("Concat");
        return joined ? parts.get(0) : parts.get(0).withScale();
      }
      return plain ? OTHER : new OutputActivation(Kind.FUNCTION, name(node));
    }

    /**
     * Combines a value with a constant. Scores may be scaled by positive factors and shifted;
     * probabilities may be scaled, and shifted by a trifle that prevents a logarithm of 0.
     */
    private OutputActivation ofConstant(NodeProto node, OutputActivation part) {
      String op = node.getOpType();
      boolean first = isConstantChain(node.getInput(0));
      if (op.equals("Concat")) {
        return part;
      }
      if (op.equals("Sub") && first) {
        return new OutputActivation(Kind.FUNCTION, name(node));
      }
      double[] range = range(node.getInput(first ? 0 : 1));
      boolean factor = op.equals("Mul") || op.equals("Div");
      boolean kept =
          range == null
              || (factor
                  ? range[0] > 0
                  : part.kind == Kind.LINEAR
                      || part.kind == Kind.UNKNOWN
                      || part.kind == Kind.LOG_PROBABILITIES
                      || Math.max(-range[0], range[1]) < TRIFLE);
      return kept ? part.withScale() : new OutputActivation(Kind.FUNCTION, name(node));
    }

    /** Returns the smallest and the largest element of a constant, or null if unknown. */
    private double @Nullable [] range(String constant) {
      double[] values =
          graph
              .constant(constant)
              .filter(each -> count(each) <= MOST_READ)
              .map(each -> Tensors.numbers(each, (int) count(each)))
              .orElse(null);
      if (values == null || values.length == 0) {
        return null;
      }
      return new double[] {
        Arrays.stream(values).min().orElseThrow(), Arrays.stream(values).max().orElseThrow()
      };
    }

    private static long count(TensorProto tensor) {
      return tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
    }

    /** Matches x · sigmoid(x), the activation SiLU. */
    private boolean isGated(NodeProto node) {
      if (!node.getOpType().equals("Mul") || node.getInputCount() != 2) {
        return false;
      }
      return isSigmoidOf(node.getInput(0), node.getInput(1))
          || isSigmoidOf(node.getInput(1), node.getInput(0));
    }

    private boolean isSigmoidOf(String value, String of) {
      NodeProto node = graph.producer(value);
      return node != null
          && (node.getOpType().equals("Sigmoid") || node.getOpType().equals("HardSigmoid"))
          && node.getInputCount() > 0
          && node.getInput(0).equals(of);
    }

    /** Matches a concatenation of p and 1 - p, in either order. */
    private boolean isProbabilityAndItsComplement(NodeProto node, int steps) {
      if (!node.getOpType().equals("Concat") || node.getInputCount() != 2) {
        return false;
      }
      String a = node.getInput(0);
      String b = node.getInput(1);
      return (isOneLess(a, b) && behind(a, steps + 1).kind == Kind.SIGMOID)
          || (isOneLess(b, a) && behind(b, steps + 1).kind == Kind.SIGMOID);
    }

    private boolean isOneLess(String p, String rest) {
      NodeProto node = graph.producer(rest);
      return node != null
          && node.getOpType().equals("Sub")
          && node.getInputCount() == 2
          && graph.isConstant(node.getInput(0))
          && node.getInput(1).equals(p);
    }

    private OutputActivation ofBranches(NodeProto node, int place, int steps) {
      OutputActivation common = null;
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG() && place < attribute.getG().getOutputCount()) {
          GraphView branch = GraphView.of(attribute.getG(), graph);
          OutputActivation tail =
              new Walk(branch, functions, visitsLeft)
                  .behind(attribute.getG().getOutput(place).getName(), steps + 1);
          if (common != null && common.kind != tail.kind) {
            return OTHER;
          }
          common = tail;
        }
      }
      return common == null ? OTHER : common;
    }

    /** Matches a decomposed softmax: exp(x) / sum(exp(x)). */
    private boolean isQuotientOfExponentials(NodeProto node) {
      if (!node.getOpType().equals("Div") || node.getInputCount() != 2) {
        return false;
      }
      NodeProto above = graph.producer(node.getInput(0));
      NodeProto below = graph.producer(node.getInput(1));
      return above != null
          && below != null
          && above.getOpType().equals("Exp")
          && below.getOpType().equals("ReduceSum")
          && below.getInputCount() > 0
          && below.getInput(0).equals(node.getInput(0));
    }

    private static String name(NodeProto node) {
      String name = node.getName().isEmpty() ? "" : " \"" + node.getName() + "\"";
      return node.getOpType() + name;
    }
  }
}
