package dev.flipside.models.precision;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Operators that may compute in float16, and which of their inputs and outputs are then float16.
 * Since opset 11 each of them accepts float16 wherever it accepts float32.
 *
 * <p>Excludes operators that easily overflow or underflow in float16 (exponentials, powers,
 * logarithms, roots), and operators that runtimes rarely implement for float16.
 */
final class HalfOperators {
  /** Operators that benefit from float16. */
  private static final Set<String> HEAVY = Set.of("Conv", "ConvTranspose", "MatMul", "Gemm");

  /** Operators with inputs of a single type. */
  private static final Set<String> OF_ONE_TYPE =
      Set.of(
          "Add",
          "BatchNormalization",
          "Clip",
          "Concat",
          "Conv",
          "ConvTranspose",
          "Div",
          "Gemm",
          "InstanceNormalization",
          "LayerNormalization",
          "MatMul",
          "Mul",
          "PRelu",
          "Sub",
          "Sum");

  /** Operators with one data input; the other inputs are shapes, indices or settings. */
  private static final Set<String> OF_DATA =
      Set.of(
          "AveragePool",
          "DepthToSpace",
          "Dropout",
          "Elu",
          "Erf",
          "Expand",
          "Flatten",
          "Gather",
          "Gelu",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "HardSigmoid",
          "HardSwish",
          "Identity",
          "LeakyRelu",
          "MaxPool",
          "ReduceMean",
          "Relu",
          "Reshape",
          "Resize",
          "Sigmoid",
          "Slice",
          "Softmax",
          "SpaceToDepth",
          "Split",
          "Squeeze",
          "Tanh",
          "Transpose",
          "Unsqueeze");

  private HalfOperators() {}

  static boolean isHeavy(NodeProto node) {
    return node.getDomain().isEmpty() && HEAVY.contains(node.getOpType());
  }

  /** Returns whether a node may compute in float16. */
  static boolean knows(NodeProto node) {
    String op = node.getOpType();
    boolean listed = OF_ONE_TYPE.contains(op) || OF_DATA.contains(op) || op.equals("Pad");
    return node.getDomain().isEmpty()
        && listed
        && node.getInputCount() > 0
        && node.getOutputCount() > 0
        && !squares(node)
        && !givesStatistics(node);
  }

  /** Squares of values above 256 overflow float16; models compute variances this way. */
  private static boolean squares(NodeProto node) {
    return node.getOpType().equals("Mul")
        && node.getInputCount() == 2
        && node.getInput(0).equals(node.getInput(1));
  }

  /** Mean and variance outputs of a normalization have a separate type. */
  private static boolean givesStatistics(NodeProto node) {
    return isNormalization(node) && node.getOutputCount() > 1;
  }

  private static boolean isNormalization(NodeProto node) {
    return node.getOpType().endsWith("Normalization");
  }

  /** Returns the inputs that become float16 when the node computes in float16. */
  static List<String> floatInputs(NodeProto node) {
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < node.getInputCount(); i++) {
      if (isFloatInput(node, i)) {
        inputs.add(node.getInput(i));
      }
    }
    return inputs;
  }

  /** Returns whether the input at this index is present and becomes float16 when the node does. */
  static boolean isFloatInput(NodeProto node, int place) {
    String op = node.getOpType();
    boolean carries =
        place == 0 || OF_ONE_TYPE.contains(op) || (op.equals("Pad") && place == 2); // padding value
    return carries && !node.getInput(place).isEmpty();
  }

  /**
   * Returns the inputs that determine the result type: if one is float32, so is the result. The
   * parameters of a normalization do not, they may be float32 with float16 data.
   */
  static List<String> tellingInputs(NodeProto node) {
    return isNormalization(node) ? node.getInputList().subList(0, 1) : floatInputs(node);
  }

  /** Returns the outputs that become float16 when the node does; excludes masks and indices. */
  static List<String> floatOutputs(NodeProto node) {
    return node.getOpType().equals("Split")
        ? node.getOutputList()
        : node.getOutputList().subList(0, 1);
  }
}
