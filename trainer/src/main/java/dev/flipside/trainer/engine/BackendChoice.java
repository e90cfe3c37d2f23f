package dev.flipside.trainer.engine;

import dev.flipside.models.domain.FlipsideException;
import java.util.List;
import java.util.function.Supplier;

/**
 * Chooses the kernels that compute convolutions on this CPU. >
 *
 * @param backend kernels in use
 * @param reason reason of the choice, one line for the user
 */
public record BackendChoice(ConvolutionBackend backend, String reason) {
  private static final String REMEDY =
      "Set ONEDNN_MAX_CPU_ISA=SSE41 in the environment, or train on another machine or a GPU.";

  /**
   * Uses oneDNN if its results are correct, else switches it off and checks again. >
   *
   * @param oneDnnWanted false to switch oneDNN off in any case
   * @param check returns the convolutions that are wrong with the current backend
   * @param libtorch switches oneDNN off
   */
  static BackendChoice make(
      boolean oneDnnWanted, Supplier<List<ConvolutionDeviation>> check, LibtorchFlags libtorch) {
    List<ConvolutionDeviation> failures = oneDnnWanted ? check.get() : List.of();
    if (oneDnnWanted && failures.isEmpty()) {
      return new BackendChoice(
          ConvolutionBackend.ONEDNN, "convolutions agree with a float64 reference");
    }
    String reason =
        oneDnnWanted
            ? "oneDNN computes wrong convolutions on this processor (" + failures.get(0) + ")"
            : Torch.ONEDNN_VARIABLE + "=off";
    try {
      libtorch.disableOneDnn();
    } catch (FlipsideException e) {
      return new BackendChoice(
          ConvolutionBackend.NONE,
          reason + ", and oneDNN cannot be switched off: " + e.getMessage() + ". " + REMEDY);
    }
    List<ConvolutionDeviation> left = check.get();
    if (!left.isEmpty()) {
      return new BackendChoice(
          ConvolutionBackend.NONE,
          reason
              + "; with oneDNN off they are still wrong ("
              + left.get(0)
              + "). Nothing is trained. "
              + REMEDY);
    }
    return new BackendChoice(ConvolutionBackend.NATIVE, reason);
  }
}
