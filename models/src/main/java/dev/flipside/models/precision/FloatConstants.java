package dev.flipside.models.precision;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The float32 constants of a graph: initializers, and what constant nodes give. */
final class FloatConstants {
  private final Map<String, TensorProto> constants = new HashMap<>();

  /**
   * Collects them.
   *
   * @param nodes each behind those it reads
   */
  FloatConstants(GraphProto graph, List<NodeProto> nodes) {
    for (TensorProto each : graph.getInitializerList()) {
      if (each.getDataType() == TensorProto.DataType.FLOAT_VALUE) {
        constants.put(each.getName(), each);
      }
    }
    for (NodeProto node : nodes) {
      if (node.getDomain().isEmpty()) {
        made(node).ifPresent(each -> constants.put(node.getOutput(0), each));
      }
    }
  }

  private Optional<TensorProto> made(NodeProto node) {
    return switch (node.getOpType()) {
      case "Constant" ->
          node.getAttributeList().stream()
              .flatMap(each -> value(each, node.getOutput(0)).stream())
              .findFirst();
      // PyTorch's exporter puts these between equal constants; the constant keeps its first name.
      case "Identity" -> Optional.ofNullable(constants.get(node.getInput(0)));
      default -> Optional.empty();
    };
  }

  private static Optional<TensorProto> value(AttributeProto attribute, String name) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDataType(TensorProto.DataType.FLOAT_VALUE).setName(name);
    return switch (attribute.getName()) {
      case "value" ->
          Optional.of(attribute.getT())
              .filter(each -> each.getDataType() == TensorProto.DataType.FLOAT_VALUE)
              .map(each -> each.toBuilder().setName(name).build());
      case "value_float" -> Optional.of(tensor.addFloatData(attribute.getF()).build());
      case "value_floats" ->
          Optional.of(
              tensor
                  .addDims(attribute.getFloatsCount())
                  .addAllFloatData(attribute.getFloatsList())
                  .build());
      default -> Optional.empty();
    };
  }

  /** The constant of a name, named after where it comes from; empty if the value is none. */
  Optional<TensorProto> find(String value) {
    return Optional.ofNullable(constants.get(value));
  }

  /** Names of all of them. */
  Iterable<String> names() {
    return constants.keySet();
  }

  /**
   * Whether a value survives in float16, as far as can be known: true for what is no constant. A
   * single number that becomes 0 does not, for it may be what keeps a division from one by 0.
   */
  boolean survives(String value) {
    TensorProto tensor = constants.get(value);
    if (tensor == null) {
      return true;
    }
    FloatBuffer elements = Tensors.buffer(tensor);
    boolean single = elements.remaining() == 1;
    while (elements.hasRemaining()) {
      float element = elements.get();
      boolean vanishes = element != 0 && Float16.toFloat(Float16.of(element)) == 0;
      if (!Float16.holds(element) || (single && vanishes)) {
        return false;
      }
    }
    return true;
  }

  /** A constant in float16, under another name. */
  static TensorProto halved(TensorProto tensor, String name) {
    FloatBuffer elements = Tensors.buffer(tensor);
    ByteBuffer halves =
        ByteBuffer.allocate(elements.remaining() * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (elements.hasRemaining()) {
      halves.putShort(Float16.of(elements.get()));
    }
    return Tensors.of(
        name, TensorProto.DataType.FLOAT16_VALUE, halves.flip(), tensor.getDimsList());
  }
}
