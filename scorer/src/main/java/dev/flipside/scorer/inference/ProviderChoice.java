package dev.flipside.scorer.inference;

import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.precision.HalfPrecision;
import dev.flipside.models.quantization.Quantization;
import java.util.Optional;

/**
 * What will run the network, and why.
 *
 * @param provider the provider, never {@code AUTO}
 * @param precision number format that it computes in
 * @param devices number of devices it runs on, each by one thread
 * @param reason why it was chosen, to be shown to the user
 */
public record ProviderChoice(
    ExecutionProvider provider, Precision precision, int devices, String reason) {
  /** Where no network is run: one thread on the processor that has nothing to do. */
  public static ProviderChoice none(String reason) {
    return new ProviderChoice(ExecutionProvider.CPU, Precision.FP32, 1, reason);
  }

  /**
   * The network as the provider is to be given it, with the same inputs and outputs. CUDA computes
   * in the types of the graph, so for float16 the graph is converted; TensorRT chooses types
   * itself, layer by layer, and is given the network as it is.
   *
   * @param network not changed
   * @throws dev.flipside.models.domain.FlipsideException if it has to be converted and its opset is
   *     older than 11
   */
  public OnnxModelFile network(OnnxModelFile network) {
    return converts() ? HalfPrecision.convert(network) : network;
  }

  private boolean converts() {
    return provider == ExecutionProvider.CUDA && precision == Precision.FP16;
  }

  /**
   * What runs a network, why, and how much of it computes in fewer bits, to be shown to the user.
   *
   * @param given the network as {@link #network} gives it
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

  /** A note without the digest of the original, and what comes behind it. */
  private static String coverage(String note) {
    int end = note.indexOf(" of sha256:");
    return end < 0 ? note : note.substring(0, end);
  }

  @Override
  public String toString() {
    return provider + (precision == Precision.FP16 ? " " + precision : "") + " (" + reason + ")";
  }
}
