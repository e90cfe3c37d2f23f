package dev.flipside.trainer.engine;

import dev.flipside.models.domain.FlipsideException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Which kernels compute convolutions on this CPU, and why.
 *
 * @param backend the kernels in use
 * @param reason one line for a person
 */
public record BackendChoice(ConvolutionBackend backend, String reason) {
  private static final String REMEDY =
      "Set ONEDNN_MAX_CPU_ISA=SSE41 in the environment, or train on another machine or a GPU.";

  /** Values of the environment variable {@link Torch#ONEDNN_VARIABLE}. */
  private static final String AUTO = "auto";

  private static final String OFF = "off";

  /**
   * Keeps oneDNN where it computes right; otherwise switches it off and checks again.
   *
   * @param setting {@code auto}, or {@code off} to switch oneDNN off in any case
   * @param check returns the convolutions that are wrong with the backend in force
   * @param libtorch switches oneDNN off
   */
  static BackendChoice make(
      String setting, Supplier<List<ConvolutionDeviation>> check, LibtorchFlags libtorch) {
    return switch (setting.toLowerCase(Locale.ROOT)) {
      case AUTO -> automatic(check, libtorch);
      case OFF ->
          withoutOneDnn(
              Torch.ONEDNN_VARIABLE + "=off", "Unset it, or train elsewhere.", check, libtorch);
      default ->
          none(Torch.ONEDNN_VARIABLE + "=" + setting + " is not known", "Expected auto or off.");
    };
  }

  private static BackendChoice automatic(
      Supplier<List<ConvolutionDeviation>> check, LibtorchFlags libtorch) {
    List<ConvolutionDeviation> failures = check.get();
    return failures.isEmpty()
        ? new BackendChoice(
            ConvolutionBackend.ONEDNN, "convolutions agree with a float64 reference")
        : withoutOneDnn(
            "oneDNN computes wrong convolutions on this processor (" + failures.get(0) + ")",
            REMEDY,
            check,
            libtorch);
  }

  private static BackendChoice withoutOneDnn(
      String reason,
      String remedy,
      Supplier<List<ConvolutionDeviation>> check,
      LibtorchFlags libtorch) {
    try {
      libtorch.disableOneDnn();
    } catch (FlipsideException e) {
      return none(reason + ", and oneDNN cannot be switched off: " + e.getMessage(), remedy);
    }
    List<ConvolutionDeviation> failures = check.get();
    return failures.isEmpty()
        ? new BackendChoice(ConvolutionBackend.NATIVE, reason)
        : none(
            reason + "; without oneDNN convolutions are wrong too (" + failures.get(0) + ")",
            remedy);
  }

  private static BackendChoice none(String reason, String remedy) {
    return new BackendChoice(ConvolutionBackend.NONE, reason + ". " + remedy);
  }

  /**
   * Refuses to compute where no backend is right.
   *
   * @throws FlipsideException with the reason and the remedy
   */
  void requireUsable() {
    if (backend == ConvolutionBackend.NONE) {
      throw new FlipsideException("Cannot train on this CPU: " + reason);
    }
  }
}
