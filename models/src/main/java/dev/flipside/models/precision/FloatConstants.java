package dev.flipside.models.precision;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.GraphView;
import dev.flipside.models.onnx.Nodes;
import dev.flipside.models.onnx.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The float32 constants of a graph: initializers, and what constant nodes give. */
final class FloatConstants {
  private final Map<String, TensorProto> constants = new HashMap<>();

  FloatConstants(GraphView graph) {
    graph.constants().forEach(this::add);
    for (NodeProto node : graph.nodes()) {
      if (Nodes.is(node, "Constant")) {
        numbers(node).ifPresent(each -> constants.put(node.getOutput(0), each));
      } else if (Nodes.is(node, "Identity")) {
        // PyTorch's exporter puts these between equal constants; the constant keeps its first name.
        find(node.getInput(0)).ifPresent(each -> constants.put(node.getOutput(0), each));
      }
    }
  }

  private void add(String name, TensorProto tensor) {
    if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE) {
      constants.put(name, tensor.toBuilder().setName(name).build());
    }
  }

  /** What a constant node gives that holds no tensor but a number or a list of them. */
  private static Optional<TensorProto> numbers(NodeProto node) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .setName(node.getOutput(0));
    return Nodes.attribute(node, "value_float")
        .map(each -> tensor.addFloatData(each.getF()))
        .or(
            () ->
                Nodes.attribute(node, "value_floats")
                    .map(AttributeProto::getFloatsList)
                    .map(each -> tensor.addDims(each.size()).addAllFloatData(each)))
        .map(TensorProto.Builder::build);
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
