package dev.flipside.models.shape;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Constants of a graph as facts; the elements of small ones are read. */
final class Constants {
  private Constants() {}

  static PartialTensor fact(TensorProto tensor) {
    long[] dims = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    PartialTensor fact = PartialTensor.shaped(tensor.getDataType(), dims);
    long count = fact.count();
    return count > PartialTensor.MOST_DATA ? fact : fact.withData(elements(tensor, (int) count));
  }

  private static double @Nullable [] elements(TensorProto tensor, int count) {
    double[] values = new double[count];
    boolean raw = tensor.hasRawData() && !tensor.getRawData().isEmpty();
    ByteBuffer bytes =
        tensor.getRawData().asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
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
}
