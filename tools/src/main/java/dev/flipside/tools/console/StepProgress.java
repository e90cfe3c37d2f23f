package dev.flipside.tools.console;

import dev.flipside.scorer.Progress;
import dev.flipside.trainer.StepReport;
import dev.flipside.trainer.TrainingListener;
import java.util.Locale;

/**
 * Shows the steps of several epochs as one piece of work, with the loss beside it.
 *
 * @param progress where it is shown
 * @param firstEpoch epochs done before
 * @param epochs epochs to do
 */
public record StepProgress(Progress progress, int firstEpoch, int epochs)
    implements TrainingListener {
  @Override
  public void stepped(StepReport report) {
    long perEpoch = report.stepsInEpoch();
    long done = (report.epoch() - firstEpoch) * perEpoch + report.stepInEpoch() + 1;
    progress.advance(
        done, epochs * perEpoch, String.format(Locale.ROOT, "loss %.4f", report.loss().total()));
  }
}
