package dev.flipside.trainer;

/** Is told how a training goes, on the thread that trains. */
public interface TrainingListener {
  /** Does nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /** An update of the weights was made. */
  default void stepped(StepReport report) {}

  /** An epoch ended. */
  default void epochEnded(EpochReport report) {}
}
