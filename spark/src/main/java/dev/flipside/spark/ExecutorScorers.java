package dev.flipside.spark;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.flipside.scorer.pipeline.PoolScorer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The scorers of an executor. They are kept from one task to the next, so that a model is loaded
 * once for each task that runs at the same time: once an executor if a task has all of its cores.
 * Those of an earlier run are closed when another one begins. Thread-safe.
 */
final class ExecutorScorers {
  /** The scorers of this process. */
  static final ExecutorScorers INSTANCE = new ExecutorScorers();

  /** Idle scorers of the current run, by their device. */
  @GuardedBy("this")
  private final Map<String, Deque<PoolScorer>> idle = new HashMap<>();

  @GuardedBy("this")
  private String current = "";

  /**
   * Lends a scorer to one task.
   *
   * @param run identifies the run
   * @param device GPUs that the task was assigned, or empty for none
   * @param opening opens a scorer if none of this device is idle
   */
  void use(String run, String device, Supplier<PoolScorer> opening, Consumer<PoolScorer> work) {
    PoolScorer scorer = take(run, device);
    if (scorer == null) {
      scorer = opening.get();
    }
    boolean done = false;
    try {
      work.accept(scorer);
      done = true;
    } finally {
      // What a failed or cancelled task leaves behind is not used again.
      if (!done || !keep(run, device, scorer)) {
        scorer.close();
      }
    }
  }

  private synchronized @Nullable PoolScorer take(String run, String device) {
    if (!current.equals(run)) {
      idle.values().forEach(scorers -> scorers.forEach(PoolScorer::close));
      idle.clear();
      current = run;
    }
    return idle.computeIfAbsent(device, each -> new ArrayDeque<>()).poll();
  }

  private synchronized boolean keep(String run, String device, PoolScorer scorer) {
    if (!current.equals(run)) {
      return false;
    }
    idle.computeIfAbsent(device, each -> new ArrayDeque<>()).push(scorer);
    return true;
  }
}
