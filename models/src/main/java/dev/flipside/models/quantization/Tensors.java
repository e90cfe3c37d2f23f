package dev.flipside.models.quantization;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Constants of a graph from arrays, row-major; an empty shape makes a scalar. */
final class Tensors {
  private Tensors() {}

  static TensorProto floats(String name, float[] values, List<Long> shape) {
    ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return tensor(name, TensorProto.DataType.FLOAT_VALUE, bytes, shape);
  }

  static TensorProto ints(String name, int[] values, List<Long> shape) {
    ByteBuffer bytes = littleEndian(values.length * Integer.BYTES);
    bytes.asIntBuffer().put(values);
    return tensor(name, TensorProto.DataType.INT32_VALUE, bytes, shape);
  }

  static TensorProto signed(String name, byte[] values, List<Long> shape) {
    return tensor(name, TensorProto.DataType.INT8_VALUE, ByteBuffer.wrap(values), shape);
  }

  static TensorProto unsigned(String name, int value) {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {(byte) value});
    return tensor(name, TensorProto.DataType.UINT8_VALUE, bytes, List.of());
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static TensorProto tensor(String name, int type, ByteBuffer bytes, List<Long> shape) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(type)
        .addAllDims(shape)
        .setRawData(ByteString.copyFrom(bytes))
        .build();
  }
}
