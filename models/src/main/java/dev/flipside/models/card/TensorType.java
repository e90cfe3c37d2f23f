package dev.flipside.models.card;

import java.util.Optional;

/** Supported tensor element types with their ONNX codes. */
public enum TensorType {
  /** 32-bit floating point. */
  FLOAT32(1, 4),
  /** 8-bit unsigned integer. */
  UINT8(2, 1),
  /** 32-bit integer. */
  INT32(6, 4),
  /** 64-bit integer. */
  INT64(7, 8),
  /** Boolean, one byte. */
  BOOL(9, 1),
  /** 16-bit floating point. */
  FLOAT16(10, 2),
  /** 64-bit floating point. */
  FLOAT64(11, 8),
  /** 16-bit floating point with the exponent of 32 bits. */
  BFLOAT16(16, 2);

  private final int onnxCode;
  private final int bytes;

  TensorType(int onnxCode, int bytes) {
    this.onnxCode = onnxCode;
    this.bytes = bytes;
  }

  /** Returns the code in {@code TensorProto.DataType}. */
  public int onnxCode() {
    return onnxCode;
  }

  /** Returns the size of an element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns the type of an ONNX code, or empty if it is not supported. */
  public static Optional<TensorType> ofOnnxCode(int code) {
    for (TensorType type : values()) {
      if (type.onnxCode == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
