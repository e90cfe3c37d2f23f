package dev.flipside.scorer.pipeline;

/** Receives the progress of a long task. Called from one thread at a time. */
@FunctionalInterface
public interface Progress {
  /** Ignores all calls. */
  Progress NONE = (done, total, note) -> {};

  /**
   * Reports progress.
   *
   * @param done units completed so far, 0 to {@code total}
   * @param total number of units; 0 if unknown
   * @param note text to show next to the progress bar, for example a rate; may be empty
   */
  void advance(long done, long total, String note);

  /**
   * Reports that the task resumes after {@code done} units of an earlier run, which do not count
   * for the rate.
   */
  default void resumeAt(long done) {}
}
