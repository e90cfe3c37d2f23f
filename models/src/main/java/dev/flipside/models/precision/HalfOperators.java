package dev.flipside.models.precision;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The operators that may compute in float16, and which of their inputs and outputs are then float16
 * too. Since opset 11 each of them takes float16 wherever it takes float32.
 *
 * <p>Not among them: what is easily too large or too small for float16 (exponentials, powers,
 * logarithms, roots), and what runtimes seldom have for float16.
 */
final class HalfOperators {
  /** Those that are worth a conversion. */
  private static final Set<String> HEAVY = Set.of("Conv", "ConvTranspose", "MatMul", "Gemm");

  /** Those whose inputs are all of one type. */
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

  /** Those whose further inputs are shapes, indices or settings. */
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

  /** Whether a node may compute in float16. */
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

  /** Above 256 a square is too large for float16; networks square to find a deviation. */
  private static boolean squares(NodeProto node) {
    return node.getOpType().equals("Mul")
        && node.getInputCount() == 2
        && node.getInput(0).equals(node.getInput(1));
  }

  /** A normalisation's mean and variance as further outputs are of a type of their own. */
  private static boolean givesStatistics(NodeProto node) {
    return isNormalization(node) && node.getOutputCount() > 1;
  }

  private static boolean isNormalization(NodeProto node) {
    return node.getOpType().endsWith("Normalization");
  }

  /** The inputs that are float16 where the node computes in it. */
  static List<String> floatInputs(NodeProto node) {
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < node.getInputCount(); i++) {
      if (isFloatInput(node, i)) {
        inputs.add(node.getInput(i));
      }
    }
    return inputs;
  }

  /** Whether the input in this place is there and float16 where the node computes in it. */
  static boolean isFloatInput(NodeProto node, int place) {
    String op = node.getOpType();
    boolean carries =
        place == 0 || OF_ONE_TYPE.contains(op) || (op.equals("Pad") && place == 2); // the filling
    return carries && !node.getInput(place).isEmpty();
  }

  /**
   * The inputs that tell the type of the result: where one is float32, the result is. The constants
   * of a normalisation do not, they may be float32 beside data in float16.
   */
  static List<String> tellingInputs(NodeProto node) {
    return isNormalization(node) ? node.getInputList().subList(0, 1) : floatInputs(node);
  }

  /** The outputs that are float16 where the node computes in it; not masks or indices. */
  static List<String> floatOutputs(NodeProto node) {
    return node.getOpType().equals("Split")
        ? node.getOutputList()
        : node.getOutputList().subList(0, 1);
  }
}
