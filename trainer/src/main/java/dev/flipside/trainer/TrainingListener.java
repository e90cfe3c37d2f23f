package dev.flipside.trainer;

import dev.flipside.scorer.metrics.SegmentationMetrics;

/** Is told how a training goes, on the thread that trains. */
public interface TrainingListener {
  /** Does nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /** An update of the weights was made. */
  default void stepped(StepReport report) {}

  /** An epoch ended; its number counts from 0. */
  default void epochEnded(EpochReport report) {}

  /**
   * An epoch was validated.
   *
   * @param epoch from 1
   */
  default void validated(int epoch, SegmentationMetrics metrics) {}
}
