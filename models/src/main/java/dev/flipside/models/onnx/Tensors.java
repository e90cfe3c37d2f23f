package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Builds constant tensors from arrays and reads their elements, in row-major order. The empty shape
 * is that of a scalar. Builders throw {@code IllegalArgumentException} if the shape does not hold
 * as many elements as the array.
 */
public final class Tensors {
  private Tensors() {}

  /** A float32 tensor. */
  public static TensorProto floats(String name, float[] values, List<Long> shape) {
    ByteBuffer bytes = littleEndian(values.length, Float.BYTES, shape);
    bytes.asFloatBuffer().put(values);
    return of(name, TensorProto.DataType.FLOAT_VALUE, bytes, shape);
  }

  /** An int64 tensor. */
  public static TensorProto longs(String name, long[] values, List<Long> shape) {
    ByteBuffer bytes = littleEndian(values.length, Long.BYTES, shape);
    bytes.asLongBuffer().put(values);
    return of(name, TensorProto.DataType.INT64_VALUE, bytes, shape);
  }

  /** An int32 tensor. */
  public static TensorProto ints(String name, int[] values, List<Long> shape) {
    ByteBuffer bytes = littleEndian(values.length, Integer.BYTES, shape);
    bytes.asIntBuffer().put(values);
    return of(name, TensorProto.DataType.INT32_VALUE, bytes, shape);
  }

  /**
   * A tensor of any type.
   *
   * @param type ONNX code of the element type
   * @param elements as the file holds them, little-endian, from position to limit, as many as the
   *     shape says; not copied, not to be changed
   */
  public static TensorProto of(String name, int type, ByteBuffer elements, List<Long> shape) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(type)
        .addAllDims(shape)
        .setRawData(UnsafeByteOperations.unsafeWrap(elements))
        .build();
  }

  private static ByteBuffer littleEndian(int count, int bytes, List<Long> shape) {
    long expected = shape.stream().reduce(1L, Math::multiplyExact);
    if (count != expected) {
      throw new IllegalArgumentException(
          count + " elements, expected " + expected + " for the shape");
    }
    return ByteBuffer.allocate(Math.multiplyExact(count, bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The elements of a float32 tensor; a read-only view where the file holds them as bytes. */
  public static FloatBuffer buffer(TensorProto tensor) {
    if (!isRaw(tensor)) {
      FloatBuffer values = FloatBuffer.allocate(tensor.getFloatDataCount());
      for (int i = 0; i < values.capacity(); i++) {
        values.put(i, tensor.getFloatData(i));
      }
      return values;
    }
    return bytes(tensor).asFloatBuffer();
  }

  /** The elements of a float32 tensor, copied. */
  public static float[] floats(TensorProto tensor) {
    FloatBuffer elements = buffer(tensor);
    float[] values = new float[elements.remaining()];
    elements.get(values);
    return values;
  }

  /**
   * The elements of a float32, float64, int32, int64 or bool tensor, copied.
   *
   * @return null if the tensor is of another type, or does not hold {@code count} elements
   */
  public static double @Nullable [] numbers(TensorProto tensor, int count) {
    boolean raw = isRaw(tensor);
    ByteBuffer bytes = bytes(tensor);
    int stored =
        switch (tensor.getDataType()) {
          case 1 -> raw ? bytes.remaining() / 4 : tensor.getFloatDataCount();
          case 6 -> raw ? bytes.remaining() / 4 : tensor.getInt32DataCount();
          case 7 -> raw ? bytes.remaining() / 8 : tensor.getInt64DataCount();
          case 9 -> raw ? bytes.remaining() : tensor.getInt32DataCount();
          case 11 -> raw ? bytes.remaining() / 8 : tensor.getDoubleDataCount();
          default -> -1;
        };
    if (stored != count) {
      return null;
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (tensor.getDataType()) {
            case 1 -> raw ? bytes.getFloat(4 * i) : tensor.getFloatData(i);
            case 6 -> raw ? bytes.getInt(4 * i) : tensor.getInt32Data(i);
            case 7 -> raw ? bytes.getLong(8 * i) : tensor.getInt64Data(i);
            case 9 -> raw ? bytes.get(i) : tensor.getInt32Data(i);
            default -> raw ? bytes.getDouble(8 * i) : tensor.getDoubleData(i);
          };
    }
    return values;
  }

  /** The element of an int64 tensor that has a single one; empty for others. */
  static OptionalLong onlyLong(TensorProto tensor) {
    if (tensor.getDataType() != TensorProto.DataType.INT64_VALUE) {
      return OptionalLong.empty();
    }
    if (tensor.getRawData().size() == Long.BYTES) {
      return OptionalLong.of(bytes(tensor).getLong(0));
    }
    return tensor.getInt64DataCount() == 1
        ? OptionalLong.of(tensor.getInt64Data(0))
        : OptionalLong.empty();
  }

  private static boolean isRaw(TensorProto tensor) {
    return !tensor.getRawData().isEmpty();
  }

  private static ByteBuffer bytes(TensorProto tensor) {
    return tensor.getRawData().asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
