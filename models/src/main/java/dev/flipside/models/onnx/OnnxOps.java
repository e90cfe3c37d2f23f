package dev.flipside.models.onnx;

import dev.flipside.models.card.TensorType;
import java.util.Map;

/**
 * Adds common operators to a graph and hides differences between opset versions. Supports opset 11
 * and newer.
 */
public final class OnnxOps {
  private static final Map<String, Object> NONE = Map.of();
  private static final int AXES_OF_SUM_AS_INPUT = 13;
  private static final int AXES_OF_MAX_AS_INPUT = 18;

  private final OnnxGraph graph;

  /** Creates operators that add their nodes to {@code graph}. */
  public OnnxOps(OnnxGraph graph) {
    this.graph = graph;
  }

  /** Returns the graph that receives the nodes. */
  public OnnxGraph graph() {
    return graph;
  }

  /** Adds an operator without attributes. */
  public OnnxValue op(String opType, OnnxValue... inputs) {
    return graph.node(opType, NONE, inputs);
  }

  /** Adds a float32 scalar constant. */
  public OnnxValue scalar(float value) {
    return graph.initializer("scalar_" + serial(), new float[] {value});
  }

  /** Adds an int64 vector constant. */
  public OnnxValue longs(long... values) {
    return graph.initializer("longs_" + serial(), values, values.length);
  }

  /** Adds an int64 scalar constant. */
  public OnnxValue longScalar(long value) {
    return graph.initializer("long_" + serial(), new long[] {value});
  }

  /** Adds a float32 constant tensor. */
  public OnnxValue floats(float[] values, long... shape) {
    return graph.initializer("floats_" + serial(), values, shape);
  }

  /** Casts a tensor to another type. */
  public OnnxValue cast(OnnxValue x, TensorType type) {
    return graph.node("Cast", Map.of("to", (long) type.onnxCode()), x);
  }

  /** Permutes the axes of a tensor. */
  public OnnxValue transpose(OnnxValue x, long... permutation) {
    return graph.node("Transpose", Map.of("perm", permutation), x);
  }

  /** Concatenates tensors along an axis; a single tensor is returned unchanged. */
  public OnnxValue concat(int axis, OnnxValue... parts) {
    return parts.length == 1 ? parts[0] : graph.node("Concat", Map.of("axis", (long) axis), parts);
  }

  /** Selects constant indices along an axis. */
  public OnnxValue gather(OnnxValue x, int axis, long... indices) {
    return graph.node("Gather", Map.of("axis", (long) axis), x, longs(indices));
  }

  /**
   * Selects the elements from {@code start} (inclusive) to {@code end} (exclusive) along an axis.
   */
  public OnnxValue slice(OnnxValue x, int axis, long start, long end) {
    return op("Slice", x, longs(start), longs(end), longs(axis), longs(1));
  }

  /** Reverses an axis. */
  public OnnxValue reverse(OnnxValue x, int axis) {
    return op("Slice", x, longs(-1), longs(-Long.MAX_VALUE), longs(axis), longs(-1));
  }

  /** Sums along an axis. */
  public OnnxValue reduceSum(OnnxValue x, int axis, boolean keepAxis) {
    return reduce("ReduceSum", AXES_OF_SUM_AS_INPUT, x, axis, keepAxis);
  }

  /** Takes the mean along an axis. */
  public OnnxValue reduceMean(OnnxValue x, int axis, boolean keepAxis) {
    return reduce("ReduceMean", AXES_OF_MAX_AS_INPUT, x, axis, keepAxis);
  }

  /** Takes the maximum along an axis. The result for NaN depends on the runtime. */
  public OnnxValue reduceMax(OnnxValue x, int axis, boolean keepAxis) {
    return reduce("ReduceMax", AXES_OF_MAX_AS_INPUT, x, axis, keepAxis);
  }

  /** Removes an axis of length 1. */
  public OnnxValue squeeze(OnnxValue x, int axis) {
    return axisOp("Squeeze", x, axis);
  }

  /** Inserts an axis of length 1. */
  public OnnxValue unsqueeze(OnnxValue x, int axis) {
    return axisOp("Unsqueeze", x, axis);
  }

  /** Clamps elements to a lower bound. The result for NaN depends on the runtime. */
  public OnnxValue clipMin(OnnxValue x, float min) {
    return op("Clip", x, scalar(min));
  }

  /**
   * Resizes a tensor by linear interpolation with half-pixel centers, edge clamping and no
   * anti-aliasing.
   *
   * @param x float32 tensor
   * @param sizes length of every axis of the result
   */
  public OnnxValue resizeLinear(OnnxValue x, long... sizes) {
    return resizeLinear(x, longs(sizes));
  }

  /**
   * Resizes a tensor to a computed size; see {@link #resizeLinear(OnnxValue, long...)}.
   *
   * @param sizes int64 vector, the length of every axis of the result
   */
  public OnnxValue resizeLinear(OnnxValue x, OnnxValue sizes) {
    OnnxValue roi = graph.opset() < 13 ? floats(new float[0], 0) : OnnxValue.ABSENT;
    OnnxValue scales = graph.opset() < 13 ? floats(new float[0], 0) : OnnxValue.ABSENT;
    return graph.node(
        "Resize",
        Map.of("mode", "linear", "coordinate_transformation_mode", "half_pixel"),
        x,
        roi,
        scales,
        sizes);
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
