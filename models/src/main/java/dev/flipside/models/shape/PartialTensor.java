package dev.flipside.models.shape;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.flipside.models.onnx.Tensors;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a tensor.
 *
 * @param type ONNX code of the element type, 0 if unknown
 * @param dims length of every axis, {@link #UNKNOWN} where not known
 * @param data its elements if they are few and follow from shapes and constants alone, NaN where
 *     not known; null if nothing is known
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed after construction
public record PartialTensor(int type, long[] dims, double @Nullable [] data) {
  /** Stands for a length that is not known. */
  public static final long UNKNOWN = -1;

  /** Elements are followed up to this number. */
  static final int MOST_DATA = 1024;

  static final int FLOAT = 1;
  static final int INT64 = 7;
  static final int BOOL = 9;

  /** A tensor of which the shape is known. */
  public static PartialTensor shaped(int type, long... dims) {
    return new PartialTensor(type, dims, null);
  }

  /** What a constant holds; its elements where they are few. */
  static PartialTensor of(TensorProto constant) {
    long[] dims = constant.getDimsList().stream().mapToLong(Long::longValue).toArray();
    PartialTensor fact = shaped(constant.getDataType(), dims);
    long count = fact.count();
    return count > MOST_DATA ? fact : fact.withData(Tensors.numbers(constant, (int) count));
  }

  /** Number of axes. */
  public int rank() {
    return dims.length;
  }

  /** Length of an axis; negative axes count from the end. */
  public long dim(int axis) {
    return dims[axis < 0 ? axis + dims.length : axis];
  }

  /** Number of elements, {@link #UNKNOWN} if a length is. */
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
