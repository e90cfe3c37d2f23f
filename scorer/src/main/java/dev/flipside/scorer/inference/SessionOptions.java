package dev.flipside.scorer.inference;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Options of inference.
 *
 * @param provider execution provider
 * @param gpus GPUs to use; on the CPU without effect
 * @param precision number format
 * @param threads CPU threads per run, at least 1
 * @param spinning whether idle threads spin, which only helps if nothing else needs the cores
 * @param deviceMemory GPU memory limit in bytes, 0 for none
 * @param engineCache folder in which TensorRT caches compiled engines, or null for none
 * @param runs ends runs on request or after a time limit
 */
public record SessionOptions(
    ExecutionProvider provider,
    GpuSelection gpus,
    Precision precision,
    int threads,
    boolean spinning,
    long deviceMemory,
    @Nullable Path engineCache,
    RunControl runs) {
  private static final String GPUS = "cuda:";

  /**
   * @throws IllegalArgumentException if {@code threads} is less than 1 or {@code deviceMemory} is
   *     negative
   */
  public SessionOptions {
    if (threads < 1 || deviceMemory < 0) {
      throw new IllegalArgumentException(
          "session with "
              + threads
              + " threads and "
              + deviceMemory
              + " bytes of device memory: expected at least 1 thread and no negative memory");
    }
  }

  /** Returns options with defaults for the rest: all GPUs, fp32, no spinning, no limits. */
  public static SessionOptions of(ExecutionProvider provider, int threads) {
    return new SessionOptions(
        provider, GpuSelection.ALL, Precision.FP32, threads, false, 0, null, RunControl.NONE);
  }

  /** Returns options for the CPU with one thread per core. */
  public static SessionOptions cpu() {
    return of(ExecutionProvider.CPU, Runtime.getRuntime().availableProcessors());
  }

  /** Returns a copy with another provider. */
  public SessionOptions with(ExecutionProvider other) {
    return new SessionOptions(
        other, gpus, precision, threads, spinning, deviceMemory, engineCache, runs);
  }

  /**
   * Returns a copy for a device. A requested device is used or refused, never replaced by another.
   *
   * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:all} for all GPUs, or GPUs
   *     by index such as {@code cuda:1} and {@code cuda:0,2}
   * @throws IllegalArgumentException if the name is another, or contradicts the provider
   */
  public SessionOptions on(String device) {
    GpuSelection selected =
        switch (device) {
          case "auto", "cpu", "cuda" -> GpuSelection.ALL;
          default -> {
            if (!device.startsWith(GPUS)) {
              throw new IllegalArgumentException(
                  "device \""
                      + device
                      + "\": expected auto, cpu, cuda, cuda:all, cuda:N or cuda:N,M");
            }
            yield GpuSelection.parse(device.substring(GPUS.length()));
          }
        };
    return new SessionOptions(
        providerFor(device),
        selected,
        precision,
        threads,
        spinning,
        deviceMemory,
        engineCache,
        runs);
  }

  private ExecutionProvider providerFor(String device) {
    if (device.equals("auto")) {
      return provider;
    }
    boolean gpu = !device.equals("cpu");
    if (provider == ExecutionProvider.AUTO) {
      return gpu ? ExecutionProvider.CUDA : ExecutionProvider.CPU;
    }
    if (gpu == (provider == ExecutionProvider.CPU)) {
      throw new IllegalArgumentException(
          "device " + device + " contradicts provider " + provider + "; give one of them");
    }
    return provider;
  }

  /** Returns a copy with another precision. */
  public SessionOptions with(Precision other) {
    return new SessionOptions(
        provider, gpus, other, threads, spinning, deviceMemory, engineCache, runs);
  }

  /** Returns a copy whose runs are ended by a control. */
  public SessionOptions with(RunControl control) {
    return new SessionOptions(
        provider, gpus, precision, threads, spinning, deviceMemory, engineCache, control);
  }
}
