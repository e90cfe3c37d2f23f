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

/** The float32 constants of a graph: initializers and outputs of {@code Constant} nodes. */
final class FloatConstants {
  private final Map<String, TensorProto> constants = new HashMap<>();

  FloatConstants(GraphView graph) {
    graph.constants().forEach(this::add);
    for (NodeProto node : graph.nodes()) {
      if (Nodes.is(node, "Constant")) {
        numbers(node).ifPresent(each -> constants.put(node.getOutput(0), each));
      } else if (Nodes.is(node, "Identity")) {
        // PyTorch exports equal constants once, with Identity nodes; keep the name of the first.
        find(node.getInput(0)).ifPresent(each -> constants.put(node.getOutput(0), each));
      }
    }
  }

  private void add(String name, TensorProto tensor) {
    if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE) {
      constants.put(name, tensor.toBuilder().setName(name).build());
    }
  }

  /**
   * Returns the value of a {@code Constant} node with a {@code value_float} or {@code value_floats}
   * attribute.
   */
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

  /**
   * Returns the constant with its original name, or empty if the value is not a float32 constant.
   */
  Optional<TensorProto> find(String value) {
    return Optional.ofNullable(constants.get(value));
  }

  /** Returns the names of all constants. */
  Iterable<String> names() {
    return constants.keySet();
  }

  /**
   * Returns whether a value can be converted to float16; true for values that are not constants. A
   * scalar that would become 0 cannot, because it may prevent a division by zero.
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

  /** Converts a constant to float16 under a new name. */
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
