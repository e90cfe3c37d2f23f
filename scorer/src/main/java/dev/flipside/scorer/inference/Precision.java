package dev.flipside.scorer.inference;

import java.util.Locale;

/** The number format of inference. Region scores are always float32. */
public enum Precision {
  /** 32-bit floating point. */
  FP32,
  /**
   * 16-bit floating point in convolutions and matrix products, on GPUs. TensorRT converts a model
   * itself; for CUDA, Flipside converts it before it is loaded.
   */
  FP16;

  /**
   * Parses {@code fp32} or {@code fp16}.
   *
   * @throws IllegalArgumentException if the name is unknown
   */
  public static Precision parse(String text) {
    for (Precision precision : values()) {
      if (precision.toString().equals(text.strip().toLowerCase(Locale.ROOT))) {
        return precision;
      }
    }
    throw new IllegalArgumentException("precision \"" + text + "\": expected fp32 or fp16");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
