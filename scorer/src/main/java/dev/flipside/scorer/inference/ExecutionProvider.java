package dev.flipside.scorer.inference;

import java.util.Locale;

/** What runs the network. */
public enum ExecutionProvider {
  /** The fastest that works here. */
  AUTO,
  /** ONNX Runtime on the processor. */
  CPU,
  /** ONNX Runtime on NVIDIA GPUs. */
  CUDA,
  /** NVIDIA's compiler for networks, with CUDA for what it does not know. */
  TENSORRT;

  /**
   * Reads {@code auto}, {@code cpu}, {@code cuda} or {@code tensorrt}.
   *
   * @throws IllegalArgumentException if it is none of them
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
