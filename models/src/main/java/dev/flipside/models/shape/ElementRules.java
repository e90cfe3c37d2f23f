package dev.flipside.models.shape;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Element-wise operators, including the arithmetic on shapes that exporters place in the graph:
 * multiplying, rounding and comparing sizes.
 */
final class ElementRules {
  static final Set<String> UNARY =
      Set.of(
          "Relu",
          "LeakyRelu",
          "Sigmoid",
          "HardSigmoid",
          "HardSwish",
          "Tanh",
          "Exp",
          "Log",
          "Sqrt",
          "Neg",
          "Abs",
          "Erf",
          "Softplus",
          "Elu",
          "Selu",
          "Celu",
          "Mish",
          "Gelu",
          "PRelu",
          "Clip",
          "Floor",
          "Ceil",
          "Round",
          "Reciprocal",
          "Identity",
          "Dropout",
          "Softmax",
          "LogSoftmax",
          "Hardmax",
          "BatchNormalization",
          "InstanceNormalization",
          "LayerNormalization",
          "GroupNormalization",
          "RMSNormalization",
          "LpNormalization",
          "LRN",
          "MeanVarianceNormalization",
          "Sign",
          "Sin",
          "Cos",
          "Tan",
          "Atan",
          "Softsign",
          "ThresholdedRelu",
          "Trilu",
          "CumSum",
          "Swish",
          "ScatterND",
          "ScatterElements",
          "Not",
          "IsNaN",
          "IsInf",
          "Shrink",
          "BitwiseNot",
          "FastGelu",
          "QuickGelu",
          "BiasGelu",
          "SkipLayerNormalization",
          "QLinearAdd",
          "QLinearMul",
          "QLinearSigmoid",
          "QLinearLeakyRelu",
          "QLinearSoftmax");
  static final Set<String> BINARY =
      Set.of(
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Pow",
          "Max",
          "Min",
          "Mean",
          "Sum",
          "Mod",
          "And",
          "Or",
          "Xor",
          "Equal",
          "Less",
          "Greater",
          "LessOrEqual",
          "GreaterOrEqual",
          "Where");
  private static final Set<String> TRUTHS =
      Set.of(
          "And",
          "Or",
          "Xor",
          "Equal",
          "Less",
          "Greater",
          "LessOrEqual",
          "GreaterOrEqual",
          "Not",
          "IsNaN",
          "IsInf");

  private ElementRules() {}

  static PartialTensor unary(NodeFacts node, PartialTensor x) {
    int type = TRUTHS.contains(node.op()) ? PartialTensor.BOOL : x.type();
    PartialTensor result = PartialTensor.shaped(type, x.dims());
    if (x.data() == null) {
      return result;
    }
    double[] data = x.data().clone();
    for (int i = 0; i < data.length; i++) {
      data[i] =
          switch (node.op()) {
            case "Identity" -> data[i];
            case "Neg" -> -data[i];
            case "Abs" -> Math.abs(data[i]);
            case "Floor" -> Math.floor(data[i]);
            case "Ceil" -> Math.ceil(data[i]);
            case "Round" -> Math.rint(data[i]);
            case "Sqrt" -> Math.sqrt(data[i]);
            case "Not" -> Double.isNaN(data[i]) ? Double.NaN : data[i] == 0 ? 1 : 0;
            default -> Double.NaN;
          };
    }
    return result.withData(data);
  }

  static PartialTensor cast(NodeFacts node, PartialTensor x) {
    int type = (int) node.integer("to", 0);
    PartialTensor result = PartialTensor.shaped(type, x.dims());
    if (x.data() == null) {
      return result;
    }
    double[] data = x.data().clone();
    for (int i = 0; i < data.length; i++) {
      if (result.isInteger() && !Double.isNaN(data[i])) {
        data[i] = data[i] < 0 ? Math.ceil(data[i]) : Math.floor(data[i]);
      } else if (type == PartialTensor.FLOAT) {
        data[i] = (float) data[i];
      }
    }
    return result.withData(data);
  }

  static @Nullable PartialTensor binary(NodeFacts node) {
    List<PartialTensor> parts = new ArrayList<>();
    for (int i = 0; i < node.proto().getInputCount(); i++) {
      PartialTensor part = node.fact(i);
      if (part == null) {
        return null;
      }
      parts.add(part);
    }
    if (parts.isEmpty()) {
      return null;
    }
    PartialTensor typed = parts.get(node.op().equals("Where") ? parts.size() - 1 : 0);
    int type = TRUTHS.contains(node.op()) ? PartialTensor.BOOL : typed.type();
    PartialTensor result = ShapeRules.broadcast(node, type, parts);
    if (result.rank() > 1 || result.count() > PartialTensor.MOST_DATA || result.count() < 0) {
      return result;
    }
    double[] data = new double[(int) result.count()];
    for (int i = 0; i < data.length; i++) {
      data[i] = element(node, parts, i);
    }
    return result.withData(data);
  }

  private static double element(NodeFacts node, List<PartialTensor> parts, int index) {
    double a = at(parts.get(0), index);
    if (node.op().equals("Where") && parts.size() == 3) {
      return Double.isNaN(a) ? a : at(parts.get(a != 0 ? 1 : 2), index);
    }
    if (parts.size() != 2) {
      return parts.size() == 1 ? a : Double.NaN;
    }
    double b = at(parts.get(1), index);
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Double.NaN;
    }
    return switch (node.op()) {
      case "Add" -> a + b;
      case "Sub" -> a - b;
      case "Mul" -> rounded(parts, a * b);
      case "Div" ->
          parts.get(0).isInteger()
              ? (b == 0 ? Double.NaN : truncated(a / b))
              : rounded(parts, a / b);
      case "Pow" -> Math.pow(a, b);
      case "Max" -> Math.max(a, b);
      case "Min" -> Math.min(a, b);
      case "Mod" ->
          b == 0 ? Double.NaN : node.integer("fmod", 0) != 0 ? a % b : a - b * Math.floor(a / b);
      case "Equal" -> a == b ? 1 : 0;
      case "Less" -> a < b ? 1 : 0;
      case "Greater" -> a > b ? 1 : 0;
      case "LessOrEqual" -> a <= b ? 1 : 0;
      case "GreaterOrEqual" -> a >= b ? 1 : 0;
      case "And" -> a != 0 && b != 0 ? 1 : 0;
      case "Or" -> a != 0 || b != 0 ? 1 : 0;
      default -> Double.NaN;
    };
  }

  private static double at(PartialTensor part, int index) {
    double[] data = part.data();
    return data == null || data.length == 0 ? Double.NaN : data[data.length == 1 ? 0 : index];
  }

  private static double rounded(List<PartialTensor> parts, double value) {
    return parts.get(0).type() == PartialTensor.FLOAT ? (float) value : value;
  }

  private static double truncated(double value) {
    return value < 0 ? Math.ceil(value) : Math.floor(value);
  }
}
