package dev.flipside.models.inspection;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A declared input or output of a model.
 *
 * @param name name of the value
 * @param typeCode ONNX code of the element type
 * @param dims length of every axis: a number, a symbol, or {@code ?}; null if the rank is not
 *     declared
 * @param told number of channels that an option or a card tells, 0 if none does
 */
public record TensorInfo(String name, int typeCode, @Nullable List<String> dims, int told) {
  private static final int SHOWN_NAME = 80;
  private static final int COLORS = 3;
  private static final int LAST = 3;
  private static final int FEW = 32;
  private static final int MOST_BANDS = 512;

  public TensorInfo {
    dims = dims == null ? null : List.copyOf(dims);
  }

  /** Creates an input or output of which nothing is told. */
  public TensorInfo(String name, int typeCode, @Nullable List<String> dims) {
    this(name, typeCode, dims, 0);
  }

  /** Returns this input with a number of channels that an option or a card tells. */
  TensorInfo withChannels(int count) {
    return new TensorInfo(name, typeCode, dims, count);
  }

  /** Returns the graph inputs without initializers, which a run requires. */
  static List<TensorInfo> inputs(GraphProto graph) {
    Set<String> constants = new HashSet<>();
    for (TensorProto each : graph.getInitializerList()) {
      constants.add(each.getName());
    }
    return graph.getInputList().stream()
        .filter(each -> !constants.contains(each.getName()))
        .map(TensorInfo::of)
        .toList();
  }

  static List<TensorInfo> outputs(GraphProto graph) {
    return graph.getOutputList().stream().map(TensorInfo::of).toList();
  }

  private static TensorInfo of(ValueInfoProto value) {
    TypeProto.Tensor tensor = value.getType().getTensorType();
    List<String> dims = null;
    if (tensor.hasShape()) {
      dims = new ArrayList<>();
      for (Dimension dim : tensor.getShape().getDimList()) {
        dims.add(
            dim.getDimValue() > 0
                ? Long.toString(dim.getDimValue())
                : dim.getDimParam().isBlank() ? "?" : dim.getDimParam());
      }
    }
    return new TensorInfo(value.getName(), tensor.getElemType(), dims);
  }

  /** Returns the number of axes, or -1 if not declared. */
  public int rank() {
    return dims == null ? -1 : dims.size();
  }

  /** Returns the declared length of an axis, or -1 if it is symbolic or not declared. */
  public long fixed(int axis) {
    if (dims == null || axis >= dims.size() || !dims.get(axis).matches("\\d{1,18}")) {
      return -1;
    }
    return Long.parseLong(dims.get(axis));
  }

  /**
   * Returns the number of channels of an image: the told number if the declared shape allows it;
   * else 1 if the shape has one channel, first or last; else the only length of these axes that is
   * too small for the side of an image, or that is declared where the sides are not; else 3.
   */
  int channels() {
    if (told > 0 && (allows(told, 1) || allows(told, LAST))) {
      return told;
    }
    boolean colors = fixed(1) == COLORS || fixed(LAST) == COLORS;
    if (!colors && (fixed(1) == 1) != (fixed(LAST) == 1)) {
      return 1;
    }
    boolean first = isFew(fixed(1));
    if (!colors && first != isFew(fixed(LAST))) {
      return (int) fixed(first ? 1 : LAST);
    }
    long only = Math.max(fixed(1), fixed(LAST));
    boolean alone = fixed(2) < 0 && Math.min(fixed(1), fixed(LAST)) < 0;
    return !colors && alone && only > 0 && only <= MOST_BANDS ? (int) only : COLORS;
  }

  /**
   * Returns whether an axis, the first or the last one of an image, may have this many channels. A
   * model declares both sides of the image or none.
   */
  private boolean allows(int channels, int axis) {
    boolean sides = axis == 1 ? isOpen(2) == isOpen(LAST) : isOpen(1) == isOpen(2);
    return sides && (isOpen(axis) || fixed(axis) == channels);
  }

  private boolean isOpen(int axis) {
    return fixed(axis) < 0;
  }

  /** Returns whether an axis is too short for the side of an image. */
  static boolean isFew(long length) {
    return length > 0 && length <= FEW;
  }

  /** Returns the name of the element type, such as {@code float32}. */
  public String typeName() {
    TensorProto.DataType type = TensorProto.DataType.forNumber(typeCode);
    String name = type == null ? "type " + typeCode : type.name().toLowerCase(Locale.ROOT);
    return name.equals("float") ? "float32" : name.equals("double") ? "float64" : name;
  }

  /** Returns the quoted name, truncated if it is very long. */
  String quoted() {
    return "\"" + (name.length() > SHOWN_NAME ? name.substring(0, SHOWN_NAME) + "…" : name) + "\"";
  }

  @Override
  public String toString() {
    String shape = dims == null ? "[unknown rank]" : "[" + String.join(",", dims) + "]";
    return quoted() + " " + typeName() + " " + shape;
  }
}
