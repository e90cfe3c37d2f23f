package dev.flipside.tools.command;

import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.results.RoundResult;
import dev.flipside.tools.simulation.ProgressReporter;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/** Shows a simulation on the terminal: a progress bar per stage, a line per evaluated model. */
final class ConsoleProgressReporter implements ProgressReporter {
  private final Consumer<String> lines;

  /**
   * @param lines takes a line for each model that is evaluated
   */
  ConsoleProgressReporter(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public <T> T run(String task, String unit, Function<Progress, T> work) {
    try (ConsoleProgress progress = ConsoleProgress.onStandardError(task, unit)) {
      return work.apply(progress);
    }
  }

  @Override
  public void measured(RoundResult result) {
    lines.accept(
        String.format(
            Locale.ROOT,
            "%s seed %d: %d of %d regions labelled (%.1f %%) after %d %s, %s model: mIoU"
                + " %.4f, pixel accuracy %.4f; training %.0f s, scoring %.0f s",
            result.strategy(),
            result.seed(),
            result.labelledRegions(),
            result.totalRegions(),
            100 * result.labelledFraction(),
            result.round(),
            result.round() == 1 ? "round" : "rounds",
            result.phase() == RoundResult.Phase.FINAL ? "final" : "selection",
            result.metrics().miou(),
            result.metrics().pixelAccuracy(),
            result.seconds().train(),
            result.seconds().score()));
  }
}
