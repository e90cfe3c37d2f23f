package dev.flipside.scorer.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.flipside.models.domain.FlipsideException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Ends the runs of sessions: all of them on request, and each one that takes too long. ONNX Runtime
 * ends a run between two operators, so a single operator is completed. Thread-safe.
 */
public final class RunControl {
  /** Never ends a run. */
  public static final RunControl NONE = new RunControl(null);

  /** A model that takes too long on so many runs in a row is given up. */
  private static final int MOST_TIMEOUTS = 3;

  /** A run, given the options that end it. */
  interface Run {
    OrtSession.Result start(OrtSession.@Nullable RunOptions control) throws OrtException;
  }

  /** An action for the end; closing it cancels it. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  private final @Nullable Duration perImage;

  @GuardedBy("this")
  private final Set<ActiveRun> active = new LinkedHashSet<>();

  @GuardedBy("this")
  private final Set<Runnable> actions = new LinkedHashSet<>();

  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  private int timeouts;

  private RunControl(@Nullable Duration perImage) {
    this.perImage = perImage;
  }

  /**
   * Creates a control that also ends runs that take too long.
   *
   * @param perImage limit for each image of a batch
   */
  public static RunControl ofLimit(Duration perImage) {
    if (perImage.isNegative() || perImage.isZero()) {
      throw new IllegalArgumentException("limit of " + perImage + ": expected more than 0");
    }
    return new RunControl(perImage);
  }

  /** Ends all runs, and refuses further ones. Idempotent. */
  public void end() {
    if (this == NONE) {
      throw new IllegalStateException("these runs cannot be ended");
    }
    Set<Runnable> due;
    synchronized (this) {
      ended = true;
      active.forEach(ActiveRun::terminate);
      due = new LinkedHashSet<>(actions);
      actions.clear();
    }
    due.forEach(Runnable::run);
  }

  /** Runs an action when {@link #end} is called, at once if it was called before. */
  public Registration onEnd(Runnable action) {
    boolean due;
    synchronized (this) {
      due = ended;
      if (!due && this != NONE) {
        actions.add(action);
      }
    }
    if (due) {
      action.run();
    }
    return () -> remove(action);
  }

  private synchronized void remove(Runnable action) {
    actions.remove(action);
  }

  /** Returns for how long a run has continued after it was to end; 0 if none does. */
  public synchronized Duration overdue() {
    long now = System.nanoTime();
    return active.stream()
        .filter(run -> run.terminated)
        .map(run -> Duration.ofNanos(now - run.terminatedAt))
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /**
   * Runs a session.
   *
   * @param images images in the batch
   * @throws CancellationException if {@link #end} was called
   * @throws InferenceException if the run took too long
   * @throws FlipsideException if the last runs took too long, too
   */
  OrtSession.Result run(int images, Run run) throws OrtException {
    if (this == NONE) {
      return run.start(null);
    }
    try (ActiveRun mine = begin(images)) {
      try {
        OrtSession.Result result = run.start(mine.options);
        completed();
        return result;
      } catch (OrtException e) {
        throw reason(mine, e);
      }
    }
  }

  private synchronized ActiveRun begin(int images) throws OrtException {
    requireNotEnded();
    ActiveRun run = new ActiveRun();
    active.add(run);
    if (perImage != null) {
      run.limit(perImage.multipliedBy(images));
    }
    return run;
  }

  private synchronized void completed() {
    timeouts = 0;
  }

  @GuardedBy("this")
  private void requireNotEnded() {
    if (ended) {
      throw new CancellationException("the run was cancelled");
    }
  }

  private synchronized OrtException reason(ActiveRun run, OrtException failure) {
    requireNotEnded();
    if (!run.late) {
      return failure;
    }
    String message =
        "the network takes more than "
            + perImage
            + " for an image; use a faster model or provider, or raise the limit";
    if (++timeouts >= MOST_TIMEOUTS) {
      throw new FlipsideException(message + "; given up after " + timeouts + " images", failure);
    }
    throw new InferenceException(message, failure);
  }

  /** A run in progress. Closed under the lock, so that it is not ended after it was freed. */
  private final class ActiveRun implements AutoCloseable {
    private final OrtSession.RunOptions options = new OrtSession.RunOptions();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private boolean late;
    private boolean terminated;
    private long terminatedAt;

    ActiveRun() throws OrtException {}

    @SuppressWarnings("FutureReturnValueIgnored") // expire() does not fail
    void limit(Duration limit) {
      done.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
          .whenComplete(
              (ignored, failure) -> {
                if (failure instanceof TimeoutException) {
                  expire();
                }
              });
    }

    private void expire() {
      synchronized (RunControl.this) {
        if (active.contains(this)) {
          late = true;
          terminate();
        }
      }
    }

    void terminate() {
      if (!terminated) {
        terminated = true;
        terminatedAt = System.nanoTime();
      }
      try {
        options.setTerminate(true);
      } catch (OrtException e) {
        throw new InferenceException("a run cannot be ended: " + e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      done.complete(null);
      synchronized (RunControl.this) {
        active.remove(this);
        options.close();
      }
    }
  }
}
