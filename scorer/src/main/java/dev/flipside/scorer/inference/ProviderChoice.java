package dev.flipside.scorer.inference;

import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.precision.HalfPrecision;

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
   * @throws dev.flipside.models.FlipsideException if it has to be converted and its opset is older
   *     than 11
   */
  public OnnxModelFile network(OnnxModelFile network) {
    return provider == ExecutionProvider.CUDA && precision == Precision.FP16
        ? HalfPrecision.convert(network)
        : network;
  }

  @Override
  public String toString() {
    return provider + (precision == Precision.FP16 ? " " + precision : "") + " (" + reason + ")";
  }
}
