package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** The elements of float32 constants. */
public final class FloatElements {
  private FloatElements() {}

  /**
   * Row-major; a view into the file's bytes where they lie there as they are, not to be changed.
   */
  public static FloatBuffer of(TensorProto tensor) {
    if (tensor.getRawData().isEmpty()) {
      FloatBuffer values = FloatBuffer.allocate(tensor.getFloatDataCount());
      for (int i = 0; i < values.capacity(); i++) {
        values.put(i, tensor.getFloatData(i));
      }
      return values;
    }
    return tensor
        .getRawData()
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer();
  }
}
