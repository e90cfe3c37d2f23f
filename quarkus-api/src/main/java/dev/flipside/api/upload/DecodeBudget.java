package dev.flipside.api.upload;

import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds the memory of everything that requests decode at once. Whoever decodes first takes a share
 * of the size that the header of the file implies, and waits for it if necessary.
 */
@Singleton
public final class DecodeBudget {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT_FOR_AN_IMPORT = Duration.ofSeconds(60);
  private static final int KIB = 10;

  private final long bytes;
  private final Semaphore free;
  private final Semaphore imports = new Semaphore(1, true);

  @Inject
  DecodeBudget(FlipsideConfig config) {
    this(config.limits().decodeBytes().orElse(Runtime.getRuntime().maxMemory() / 2));
  }

  DecodeBudget(long bytes) {
    this.bytes = bytes;
    this.free = new Semaphore(permits(bytes), true);
  }

  /** A part of the budget, returned when it is closed. */
  public interface Share extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Takes a share.
   *
   * @param what what is decoded, for messages
   * @param needed bytes
   * @throws ApiProblem if it is more than there is, or others use it for too long
   */
  public Share take(String what, long needed) {
    if (needed > bytes) {
      throw ApiProblem.of(
          ProblemType.TOO_LARGE,
          "the "
              + what
              + " needs "
              + needed
              + " bytes of memory to decode, expected at most "
              + bytes
              + "; make it smaller, or raise flipside.limits.decode-bytes");
    }
    int permits = permits(needed);
    await(free, permits, LONGEST_WAIT);
    return once(() -> free.release(permits));
  }

  /**
   * Takes the share of an import: half of the budget, for one import at a time.
   *
   * @throws ApiProblem if others use it for too long
   */
  public Share takeForImport() {
    await(imports, 1, LONGEST_WAIT_FOR_AN_IMPORT);
    try {
      Share share = take("annotation file", importBytes());
      return once(
          () -> {
            share.close();
            imports.release();
          });
    } catch (ApiProblem e) {
      imports.release();
      throw e;
    }
  }

  /** Returns the share of an import in bytes. */
  public long importBytes() {
    return bytes / 2;
  }

  private static Share once(Runnable release) {
    AtomicBoolean closed = new AtomicBoolean();
    return () -> {
      if (closed.compareAndSet(false, true)) {
        release.run();
      }
    };
  }

  private static void await(Semaphore semaphore, int permits, Duration wait) {
    try {
      if (semaphore.tryAcquire(permits, wait.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw ApiProblem.of(
            ProblemType.TOO_MANY,
            "other requests decode as much at once as flipside.limits.decode-bytes allows; try"
                + " again later")
        .with("retryAfterSeconds", LONGEST_WAIT.toSeconds());
  }

  private static int permits(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, (bytes >> KIB) + 1);
  }
}
