package dev.flipside.models.output;

import java.util.Set;

/** Operators by what they do to scores. */
final class Operators {
  /** Operators that only move, resize, convert, clip, pick or average values. */
  static final Set<String> PASSING =
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
          "Dropout",
          "Slice",
          "Split",
          "Pad",
          "Flatten",
          "Gather",
          "Clip",
          "ReduceMean",
          "AveragePool",
          "MaxPool",
          "DepthToSpace",
          "GridSample",
          "QuantizeLinear",
          "DequantizeLinear");

  /** Arithmetic of several values. */
  static final Set<String> JOINING =
      Set.of("Mul", "Div", "Add", "Sub", "Sum", "Mean", "Max", "Min", "Concat");

  /** Functions of single values that scores do not end in. */
  static final Set<String> ELEMENTWISE =
      Set.of(
          "Abs",
          "Celu",
          "Cos",
          "Elu",
          "Erf",
          "Exp",
          "Gelu",
          "HardSwish",
          "LeakyRelu",
          "LpNormalization",
          "Mish",
          "Neg",
          "PRelu",
          "Pow",
          "QuickGelu",
          "Reciprocal",
          "Relu",
          "Selu",
          "Silu",
          "Sin",
          "Softplus",
          "Softsign",
          "Sqrt",
          "Swish",
          "Tanh",
          "ThresholdedRelu",
          "Log",
          "Not",
          "And",
          "Or",
          "Xor",
          "Equal",
          "Sign");

  /** Layers that scores end in. */
  static final Set<String> LAYERS =
      Set.of(
          "Conv",
          "ConvTranspose",
          "Gemm",
          "FusedConv",
          "FusedGemm",
          "FusedMatMul",
          "NhwcConv",
          "QLinearConv",
          "QLinearMatMul",
          "QGemm",
          "ConvInteger",
          "MatMulInteger",
          "MatMulNBits",
          "DynamicQuantizeMatMul",
          "DeformConv",
          "QLinearAdd",
          "BatchNormalization",
          "InstanceNormalization",
          "GroupNormalization",
          "LayerNormalization",
          "SkipLayerNormalization",
          "Col2Im");

  /** Operators whose results are choices, not scores. */
  static final Set<String> CHOICES =
      Set.of(
          "ArgMax",
          "ArgMin",
          "Greater",
          "GreaterOrEqual",
          "Less",
          "LessOrEqual",
          "OneHot",
          "Floor",
          "Round",
          "Ceil");

  private Operators() {}
}
