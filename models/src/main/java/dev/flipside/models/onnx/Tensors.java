package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Converts between arrays and constant tensors. Elements are in row-major order; the empty shape is
 * a scalar. Methods that take an array and a shape throw {@code IllegalArgumentException} if the
 * number of elements does not match.
 */
public final class Tensors {
  /** Element sizes in units of 4 bits, indexed by ONNX type code; 0 for unsupported types. */
  private static final int[] HALF_BYTES = {
    0, 8, 2, 2, 4, 4, 8, 16, 0, 2, 4, 16, 8, 16, 16, 32, 4, 2, 2, 2, 2, 1, 1, 1
  };

  private Tensors() {}

  /** Creates a float32 tensor. */
  public static TensorProto floats(String name, float[] values, List<Long> shape) {
    ByteBuffer bytes = littleEndian(values.length, Float.BYTES, shape);
    bytes.asFloatBuffer().put(values);
    return of(name, TensorProto.DataType.FLOAT_VALUE, bytes, shape);
  }

  /** Creates an int64 tensor. */
  public static TensorProto longs(String name, long[] values, List<Long> shape) {
    ByteBuffer bytes = littleEndian(values.length, Long.BYTES, shape);
    bytes.asLongBuffer().put(values);
    return of(name, TensorProto.DataType.INT64_VALUE, bytes, shape);
  }

  /** Creates an int32 tensor. */
  public static TensorProto ints(String name, int[] values, List<Long> shape) {
    ByteBuffer bytes = littleEndian(values.length, Integer.BYTES, shape);
    bytes.asIntBuffer().put(values);
    return of(name, TensorProto.DataType.INT32_VALUE, bytes, shape);
  }

  /**
   * Creates a tensor of any type.
   *
   * @param type ONNX code of the element type
   * @param elements little-endian elements from position to limit, as many as the shape requires;
   *     not copied, must not be modified
   */
  public static TensorProto of(String name, int type, ByteBuffer elements, List<Long> shape) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(type)
        .addAllDims(shape)
        .setRawData(UnsafeByteOperations.unsafeWrap(elements))
        .build();
  }

  /**
   * Declares a value of unknown shape.
   *
   * @param type ONNX code of the element type
   */
  public static ValueInfoProto declare(String name, int type) {
    TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder().setElemType(type).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
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

  /**
   * Returns the elements of a float32 tensor. The buffer is a read-only view if the tensor stores
   * raw bytes.
   */
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

  /** Returns a copy of the elements of a float32 tensor. */
  public static float[] floats(TensorProto tensor) {
    FloatBuffer elements = buffer(tensor);
    float[] values = new float[elements.remaining()];
    elements.get(values);
    return values;
  }

  /**
   * Returns a copy of the elements of a float32, float64, float16, bfloat16, int32, int64 or bool
   * tensor.
   *
   * @return null if the tensor has another type or does not have {@code count} elements
   */
  public static double @Nullable [] numbers(TensorProto tensor, int count) {
    return switch (tensor.getDataType()) {
      case 1 ->
          numbers(tensor, count, Float.BYTES, tensor.getFloatDataList(), ByteBuffer::getFloat);
      case 6 ->
          numbers(tensor, count, Integer.BYTES, tensor.getInt32DataList(), ByteBuffer::getInt);
      case 7 -> numbers(tensor, count, Long.BYTES, tensor.getInt64DataList(), ByteBuffer::getLong);
      case 9 -> numbers(tensor, count, 1, tensor.getInt32DataList(), ByteBuffer::get);
      case 10 -> halves(tensor, count, Tensors::half);
      case 11 ->
          numbers(tensor, count, Double.BYTES, tensor.getDoubleDataList(), ByteBuffer::getDouble);
      case 16 -> halves(tensor, count, bits -> Float.intBitsToFloat(bits << 16));
      default -> null;
    };
  }

  private static double @Nullable [] halves(
      TensorProto tensor, int count, IntToDoubleFunction value) {
    double[] bits =
        numbers(tensor, count, Short.BYTES, tensor.getInt32DataList(), ByteBuffer::getShort);
    return bits == null
        ? null
        : DoubleStream.of(bits).map(each -> value.applyAsDouble((int) each & 0xFFFF)).toArray();
  }

  /** Returns the value of a float16 number: 1 bit sign, 5 bits exponent, 10 bits fraction. */
  private static double half(int bits) {
    int exponent = bits >> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    double magnitude =
        switch (exponent) {
          case 0 -> Math.scalb((double) fraction, -24);
          case 0x1F -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb(1024.0 + fraction, exponent - 25);
        };
    return (bits & 0x8000) == 0 ? magnitude : -magnitude;
  }

  private static double @Nullable [] numbers(
      TensorProto tensor,
      int count,
      int size,
      List<? extends Number> typed,
      ToDoubleBiFunction<ByteBuffer, Integer> raw) {
    ByteBuffer bytes = bytes(tensor);
    if (count != (isRaw(tensor) ? bytes.remaining() / size : typed.size())) {
      return null;
    }
    return IntStream.range(0, count)
        .mapToDouble(
            i -> isRaw(tensor) ? raw.applyAsDouble(bytes, size * i) : typed.get(i).doubleValue())
        .toArray();
  }

  /** Returns the element of an int64 tensor with exactly one element; empty otherwise. */
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

  /** Returns whether the elements are stored in an external file. */
  static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0;
  }

  /**
   * Returns the size in bytes that follows from type and shape.
   *
   * @throws RefusedModelException if the type is unknown, an axis has a negative length, or the
   *     size is 2 GiB or more
   */
  static long expectedBytes(TensorProto tensor) {
    long halves = halves(tensor);
    for (long dim : tensor.getDimsList()) {
      if (dim < 0) {
        throw new RefusedModelException(named(tensor) + " has a side of length " + dim);
      }
      long high = Math.multiplyHigh(halves, dim);
      halves = halves * dim;
      if (high != 0 || halves < 0 || halves > 2L * Integer.MAX_VALUE) {
        throw new RefusedModelException(
            named(tensor) + " of shape " + tensor.getDimsList() + " is 2 GiB or larger");
      }
    }
    return (halves + 1) / 2;
  }

  /**
   * Checks that the stored data match type and shape.
   *
   * @throws RefusedModelException if they do not match
   */
  static void requireConsistent(TensorProto tensor) {
    if (isExternal(tensor)) {
      throw new RefusedModelException(
          named(tensor)
              + " of a function lies in another file; save the model with its weights inside");
    }
    long expected = expectedBytes(tensor);
    long found = isRaw(tensor) ? tensor.getRawData().size() : typed(tensor);
    if (found != expected) {
      throw new RefusedModelException(
          named(tensor)
              + " of shape "
              + tensor.getDimsList()
              + " holds "
              + found
              + " bytes, expected "
              + expected);
    }
    if (tensor.hasSegment()) {
      throw new RefusedModelException(named(tensor) + " is a segment of a larger one");
    }
  }

  static String named(TensorProto tensor) {
    String name = tensor.getName();
    return "constant \"" + (name.length() > 80 ? name.substring(0, 80) + "…" : name) + "\"";
  }

  private static long halves(TensorProto tensor) {
    int type = tensor.getDataType();
    int halves = type >= 0 && type < HALF_BYTES.length ? HALF_BYTES[type] : 0;
    if (halves == 0) {
      throw new RefusedModelException(
          named(tensor) + " has elements of type " + type + ", not numbers");
    }
    return halves;
  }

  /**
   * Returns the number of bytes of elements in the typed repeated fields; these hold two 4-bit
   * elements per entry.
   */
  private static long typed(TensorProto tensor) {
    return switch (tensor.getDataType()) {
      case 1, 14 -> 4L * tensor.getFloatDataCount();
      case 7 -> 8L * tensor.getInt64DataCount();
      case 11, 15 -> 8L * tensor.getDoubleDataCount();
      case 12 -> 4L * tensor.getUint64DataCount();
      case 13 -> 8L * tensor.getUint64DataCount();
      case 21, 22, 23 -> tensor.getInt32DataCount();
      default -> halves(tensor) * tensor.getInt32DataCount() / 2;
    };
  }

  private static boolean isRaw(TensorProto tensor) {
    return !tensor.getRawData().isEmpty();
  }

  private static ByteBuffer bytes(TensorProto tensor) {
    return tensor.getRawData().asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
