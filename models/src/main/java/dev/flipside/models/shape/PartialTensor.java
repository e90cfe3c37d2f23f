package dev.flipside.models.shape;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.Tensors;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Partially known properties of a tensor.
 *
 * @param type ONNX code of the element type, 0 if unknown
 * @param dims length of every axis, {@link #UNKNOWN} if not known
 * @param data elements of small tensors that follow from shapes and constants, NaN for unknown
 *     elements; null if no element is known
 */
@SuppressWarnings("ArrayRecordComponent") // never compared or modified
public record PartialTensor(int type, long[] dims, double @Nullable [] data) {
  /** Marks an unknown length. */
  public static final long UNKNOWN = -1;

  /** Maximum number of elements whose values are tracked. */
  static final int MOST_DATA = 1024;

  static final int FLOAT = 1;
  static final int INT64 = 7;
  static final int BOOL = 9;

  /** Creates a tensor with the given type and shape and unknown elements. */
  public static PartialTensor shaped(int type, long... dims) {
    return new PartialTensor(type, dims, null);
  }

  /** Describes a constant, with its elements if there are few. */
  static PartialTensor of(TensorProto constant) {
    long[] dims = constant.getDimsList().stream().mapToLong(Long::longValue).toArray();
    PartialTensor fact = shaped(constant.getDataType(), dims);
    long count = fact.count();
    return count > MOST_DATA ? fact : fact.withData(Tensors.numbers(constant, (int) count));
  }

  /** Returns the number of axes. */
  public int rank() {
    return dims.length;
  }

  /** Returns the length of an axis; negative axes count from the end. */
  public long dim(int axis) {
    return dims[axis < 0 ? axis + dims.length : axis];
  }

  /** Returns the number of elements, or {@link #UNKNOWN} if a length is unknown. */
  public long count() {
    long count = 1;
    for (long dim : dims) {
      if (dim == UNKNOWN) {
        return UNKNOWN;
      }
      count = saturatedProduct(count, dim);
    }
    return count;
  }

  boolean isInteger() {
    return type != FLOAT && type != 10 && type != 11 && type != 16 && type != 0;
  }

  PartialTensor withData(double @Nullable [] values) {
    return values == null || values.length > MOST_DATA || values.length != count()
        ? new PartialTensor(type, dims, null)
        : new PartialTensor(type, dims, values);
  }

  PartialTensor withType(int other) {
    return new PartialTensor(other, dims, data);
  }

  static long saturatedProduct(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    return high != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }

  @Override
  public String toString() {
    return Arrays.toString(dims).replace("-1", "?");
  }
}
