package dev.flipside.scorer.pipeline;

/** Told how far a long piece of work has come; called from one thread at a time. */
@FunctionalInterface
public interface Progress {
  /** Says nothing. */
  Progress NONE = (done, total, note) -> {};

  /**
   * Some of the work is done.
   *
   * @param done units done so far, 0 to {@code total}
   * @param total units in all; 0 where nobody knows before the end
   * @param note what a user wants to read beside the bar, for example a rate; may be empty
   */
  void advance(long done, long total, String note);

  /** The work goes on where an earlier run stopped: what that one did says nothing of the rate. */
  default void resumeAt(long done) {}
}
