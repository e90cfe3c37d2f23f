package dev.flipside.models.onnx;

import dev.flipside.models.card.TensorType;
import java.util.Map;

/**
 * Operators whose form changed between opsets, and short names for those that are used often; each
 * is written as the opset of its graph wants it, 11 or newer.
 */
public final class OnnxOps {
  private static final Map<String, Object> NONE = Map.of();
  private static final int AXES_OF_SUM_AS_INPUT = 13;
  private static final int AXES_OF_MAX_AS_INPUT = 18;

  private final OnnxGraph graph;

  /** Operators in a graph. */
  public OnnxOps(OnnxGraph graph) {
    this.graph = graph;
  }

  /** The graph that the nodes go to. */
  public OnnxGraph graph() {
    return graph;
  }

  /** Any operator without attributes. */
  public OnnxValue op(String opType, OnnxValue... inputs) {
    return graph.node(opType, NONE, inputs);
  }

  /** A float32 scalar. */
  public OnnxValue scalar(float value) {
    return graph.initializer("scalar_" + serial(), new float[] {value});
  }

  /** A vector of int64. */
  public OnnxValue longs(long... values) {
    return graph.initializer("longs_" + serial(), values, values.length);
  }

  /** An int64 scalar. */
  public OnnxValue longScalar(long value) {
    return graph.initializer("long_" + serial(), new long[] {value});
  }

  /** A float32 tensor. */
  public OnnxValue floats(float[] values, long... shape) {
    return graph.initializer("floats_" + serial(), values, shape);
  }

  /** The same numbers in another type. */
  public OnnxValue cast(OnnxValue x, TensorType type) {
    return graph.node("Cast", Map.of("to", (long) type.onnxCode()), x);
  }

  /** The axes in another order. */
  public OnnxValue transpose(OnnxValue x, long... permutation) {
    return graph.node("Transpose", Map.of("perm", permutation), x);
  }

  /** Tensors behind each other along an axis; a single one is returned as it is. */
  public OnnxValue concat(int axis, OnnxValue... parts) {
    return parts.length == 1 ? parts[0] : graph.node("Concat", Map.of("axis", (long) axis), parts);
  }

  /** Elements at constant indices along an axis. */
  public OnnxValue gather(OnnxValue x, int axis, long... indices) {
    return graph.node("Gather", Map.of("axis", (long) axis), x, longs(indices));
  }

  /** Elements start to end, end not included, along an axis. */
  public OnnxValue slice(OnnxValue x, int axis, long start, long end) {
    return op("Slice", x, longs(start), longs(end), longs(axis), longs(1));
  }

  /** The elements of an axis in reverse order. */
  public OnnxValue reverse(OnnxValue x, int axis) {
    return op("Slice", x, longs(-1), longs(-Long.MAX_VALUE), longs(axis), longs(-1));
  }

  /** The sum along an axis. */
  public OnnxValue reduceSum(OnnxValue x, int axis, boolean keepAxis) {
    return reduce("ReduceSum", AXES_OF_SUM_AS_INPUT, x, axis, keepAxis);
  }

  /** The maximum along an axis; what becomes of a NaN is left to the runtime. */
  public OnnxValue reduceMax(OnnxValue x, int axis, boolean keepAxis) {
    return reduce("ReduceMax", AXES_OF_MAX_AS_INPUT, x, axis, keepAxis);
  }

  /** Without an axis of length 1. */
  public OnnxValue squeeze(OnnxValue x, int axis) {
    return axisOp("Squeeze", x, axis);
  }

  /** With a new axis of length 1. */
  public OnnxValue unsqueeze(OnnxValue x, int axis) {
    return axisOp("Unsqueeze", x, axis);
  }

  /** No element below a number; what becomes of a NaN is left to the runtime. */
  public OnnxValue clipMin(OnnxValue x, float min) {
    return op("Clip", x, scalar(min));
  }

  /**
   * Linear interpolation to a size, half-pixel centres, clamped at the edges, without
   * anti-aliasing.
   *
   * @param x float32
   * @param sizes length of every axis of the result
   */
  public OnnxValue resizeLinear(OnnxValue x, long... sizes) {
    OnnxValue roi = graph.opset() < 13 ? floats(new float[0], 0) : OnnxValue.ABSENT;
    OnnxValue scales = graph.opset() < 13 ? floats(new float[0], 0) : OnnxValue.ABSENT;
    return graph.node(
        "Resize",
        Map.of("mode", "linear", "coordinate_transformation_mode", "half_pixel"),
        x,
        roi,
        scales,
        longs(sizes));
  }

  private OnnxValue axisOp(String opType, OnnxValue x, int axis) {
    return graph.opset() < AXES_OF_SUM_AS_INPUT
        ? graph.node(opType, Map.of("axes", new long[] {axis}), x)
        : op(opType, x, longs(axis));
  }

  private OnnxValue reduce(String opType, int since, OnnxValue x, int axis, boolean keepAxis) {
    long keep = keepAxis ? 1 : 0;
    return graph.opset() < since
        ? graph.node(opType, Map.of("axes", new long[] {axis}, "keepdims", keep), x)
        : graph.node(opType, Map.of("keepdims", keep), x, longs(axis));
  }

  private int serial() {
    return graph.nextSerial();
  }
}
