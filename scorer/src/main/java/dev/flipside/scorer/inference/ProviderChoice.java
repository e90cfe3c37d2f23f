package dev.flipside.scorer.inference;

import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.precision.HalfPrecision;
import dev.flipside.models.quantization.Quantization;
import java.util.List;
import java.util.Optional;

/**
 * The execution provider chosen for a run, and the reason.
 *
 * @param provider the provider, never {@code AUTO}
 * @param precision number format of inference
 * @param devices indices of the GPUs, each with one thread; {@code [0]} on the CPU
 * @param reason reason of the choice, shown to the user
 */
public record ProviderChoice(
    ExecutionProvider provider, Precision precision, List<Integer> devices, String reason) {
  /** Copies the list. */
  public ProviderChoice {
    devices = List.copyOf(devices);
  }

  /** Returns the choice for runs without a model: the CPU with one thread. */
  public static ProviderChoice none(String reason) {
    return new ProviderChoice(ExecutionProvider.CPU, Precision.FP32, List.of(0), reason);
  }

  /**
   * Returns the model converted for the provider, with the same inputs and outputs. CUDA computes
   * in the types of the graph, so the graph is converted for fp16. TensorRT chooses types itself,
   * layer by layer, and gets the model unchanged.
   *
   * @param network the model, not modified
   * @throws dev.flipside.models.domain.FlipsideException if it must be converted and its opset is
   *     older than 11
   */
  public OnnxModelFile network(OnnxModelFile network) {
    return converts() ? HalfPrecision.convert(network) : network;
  }

  private boolean converts() {
    return provider == ExecutionProvider.CUDA && precision == Precision.FP16;
  }

  /**
   * Describes the provider, the reason and, for quantized models, the share that runs in int8, for
   * the user.
   *
   * @param given the model as returned by {@link #network}
   */
  public String running(OnnxModelFile given) {
    StringBuilder text = new StringBuilder(toString());
    Optional<String> half = HalfPrecision.note(given);
    if (half.isEmpty() && converts()) {
      text.append(", nothing in it converted to float16");
    }
    half.ifPresent(note -> text.append(", ").append(coverage(note)));
    Quantization.note(given).ifPresent(note -> text.append(", ").append(coverage(note)));
    return text.toString();
  }

  /** Returns a note without the digest of the original model and the text after it. */
  private static String coverage(String note) {
    int end = note.indexOf(" of sha256:");
    return end < 0 ? note : note.substring(0, end);
  }

  @Override
  public String toString() {
    return provider + (precision == Precision.FP16 ? " " + precision : "") + " (" + reason + ")";
  }
}
