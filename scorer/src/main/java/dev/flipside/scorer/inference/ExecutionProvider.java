package dev.flipside.scorer.inference;

import java.util.Locale;

/** Execution provider that runs a model. */
public enum ExecutionProvider {
  /** The fastest available provider. */
  AUTO,
  /** ONNX Runtime on the CPU. */
  CPU,
  /** ONNX Runtime with CUDA on NVIDIA GPUs. */
  CUDA,
  /** TensorRT, with CUDA for operators that it does not support. */
  TENSORRT;

  /**
   * Parses {@code auto}, {@code cpu}, {@code cuda} or {@code tensorrt}.
   *
   * @throws IllegalArgumentException if the name is unknown
   */
  public static ExecutionProvider parse(String text) {
    for (ExecutionProvider provider : values()) {
      if (provider.toString().equals(text.strip().toLowerCase(Locale.ROOT))) {
        return provider;
      }
    }
    throw new IllegalArgumentException(
        "provider \"" + text + "\": expected auto, cpu, cuda or tensorrt");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
