package dev.flipside.trainer;

import dev.flipside.scorer.metrics.SegmentationMetrics;

/** Listens to a training, on the thread that trains. */
public interface TrainingListener {
  /** Ignores all calls. */
  TrainingListener SILENT = new TrainingListener() {};

  /** Called after each update of the weights. */
  default void stepped(StepReport report) {}

  /** Called at the end of each epoch; its number counts from 0. */
  default void epochEnded(EpochReport report) {}

  /**
   * Called after each validation.
   *
   * @param epoch number of the epoch, from 1
   */
  default void validated(int epoch, SegmentationMetrics metrics) {}
}
