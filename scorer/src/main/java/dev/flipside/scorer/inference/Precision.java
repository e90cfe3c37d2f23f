package dev.flipside.scorer.inference;

import java.util.Locale;

/** The number format that a network is computed in; region scores are float32 always. */
public enum Precision {
  /** 32-bit floating point. */
  FP32,
  /**
   * 16-bit floating point in the heavy part of the network, on GPUs: TensorRT converts a network
   * itself, for CUDA it is converted before it is loaded.
   */
  FP16;

  /**
   * Reads {@code fp32} or {@code fp16}.
   *
   * @throws IllegalArgumentException if it is neither
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
