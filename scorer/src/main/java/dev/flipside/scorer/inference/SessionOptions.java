package dev.flipside.scorer.inference;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a network is run.
 *
 * @param provider what runs it
 * @param precision number format it is computed in
 * @param threads threads of one run on the processor, at least 1
 * @param spinning whether those threads keep a core busy while they wait; good only where nothing
 *     else needs the cores
 * @param deviceMemory most bytes of GPU memory, 0 for no limit
 * @param engineCache folder in which TensorRT keeps what it compiled, or null for none
 */
public record SessionOptions(
    ExecutionProvider provider,
    Precision precision,
    int threads,
    boolean spinning,
    long deviceMemory,
    @Nullable Path engineCache) {

  /**
   * @throws IllegalArgumentException if there is no thread or the memory is negative
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

  /** Options that leave the rest as it usually is: fp32, no spinning, no limits. */
  public static SessionOptions of(ExecutionProvider provider, int threads) {
    return new SessionOptions(provider, Precision.FP32, threads, false, 0, null);
  }

  /** The processor with as many threads as it has cores. */
  public static SessionOptions cpu() {
    return of(ExecutionProvider.CPU, Runtime.getRuntime().availableProcessors());
  }

  /** The same with another provider. */
  public SessionOptions with(ExecutionProvider other) {
    return new SessionOptions(other, precision, threads, spinning, deviceMemory, engineCache);
  }
}
