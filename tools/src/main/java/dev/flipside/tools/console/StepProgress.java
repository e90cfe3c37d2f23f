package dev.flipside.tools.console;

import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.trainer.StepReport;
import dev.flipside.trainer.TrainingListener;
import java.util.Locale;

/** Shows the steps of several epochs as one progress bar, with the loss and the images/s. */
public final class StepProgress implements TrainingListener {
  private final Progress progress;
  private final int firstEpoch;
  private final int epochs;
  private boolean begun;

  /**
   * @param progress where it is shown; borrowed
   * @param firstEpoch epochs done before
   * @param epochs epochs to do
   */
  public StepProgress(Progress progress, int firstEpoch, int epochs) {
    this.progress = progress;
    this.firstEpoch = firstEpoch;
    this.epochs = epochs;
  }

  @Override
  public void stepped(StepReport report) {
    long perEpoch = report.stepsInEpoch();
    long before = (report.epoch() - firstEpoch) * perEpoch + report.stepInEpoch();
    if (!begun) {
      progress.resumeAt(before);
      begun = true;
    }
    progress.advance(
        before + 1,
        epochs * perEpoch,
        String.format(
            Locale.ROOT,
            "loss %.4f, %.1f images/s",
            report.loss().total(),
            report.images() / report.seconds()));
  }
}
