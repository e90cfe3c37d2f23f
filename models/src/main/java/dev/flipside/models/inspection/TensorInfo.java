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
 * An input or output as a model declares it.
 *
 * @param name name of the value
 * @param typeCode ONNX code of the element type
 * @param dims length of every axis: a number, a symbol, or {@code ?}; null if not even the rank is
 *     declared
 */
public record TensorInfo(String name, int typeCode, @Nullable List<String> dims) {
  private static final int SHOWN_NAME = 80;

  /** Copies the list. */
  public TensorInfo {
    dims = dims == null ? null : List.copyOf(dims);
  }

  /** What a run must be given: the graph inputs that no constant stands for. */
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

  /** Number of axes, -1 if not declared. */
  public int rank() {
    return dims == null ? -1 : dims.size();
  }

  /** Declared length of an axis, -1 if it is symbolic or not declared. */
  public long fixed(int axis) {
    if (dims == null || axis >= dims.size() || !dims.get(axis).matches("\\d{1,18}")) {
      return -1;
    }
    return Long.parseLong(dims.get(axis));
  }

  /** The element type as people write it, such as {@code float32}. */
  public String typeName() {
    TensorProto.DataType type = TensorProto.DataType.forNumber(typeCode);
    String name = type == null ? "type " + typeCode : type.name().toLowerCase(Locale.ROOT);
    return name.equals("float") ? "float32" : name.equals("double") ? "float64" : name;
  }

  /** The name in quotes, cut short if it is very long. */
  String quoted() {
    return "\"" + (name.length() > SHOWN_NAME ? name.substring(0, SHOWN_NAME) + "…" : name) + "\"";
  }

  @Override
  public String toString() {
    String shape = dims == null ? "[unknown rank]" : "[" + String.join(",", dims) + "]";
    return quoted() + " " + typeName() + " " + shape;
  }
}
