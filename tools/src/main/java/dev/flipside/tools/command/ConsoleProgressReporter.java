package dev.flipside.tools.command;

import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.results.RoundResult;
import dev.flipside.tools.simulation.ProgressReporter;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Function;

/** Shows a simulation on the terminal: a bar for each stage, a line for each network measured. */
final class ConsoleProgressReporter implements ProgressReporter {
  private final PrintWriter out;

  ConsoleProgressReporter(PrintWriter out) {
    this.out = out;
  }

  @Override
  public <T> T run(String task, String unit, Function<Progress, T> work) {
    try (ConsoleProgress progress = ConsoleProgress.onStandardError(task, unit)) {
      return work.apply(progress);
    }
  }

  @Override
  public void measured(RoundResult result) {
    out.println(
        String.format(
            Locale.ROOT,
            "%s seed %d: %d of %d regions labelled (%.1f %%) in %d rounds, %s network: mIoU %.4f,"
                + " pixel accuracy %.4f; training %.0f s, scoring %.0f s",
            result.strategy(),
            result.seed(),
            result.labelledRegions(),
            result.totalRegions(),
            100 * result.labelledFraction(),
            result.round(),
            result.phase() == RoundResult.Phase.FINAL ? "final" : "selecting",
            result.metrics().miou(),
            result.metrics().pixelAccuracy(),
            result.seconds().train(),
            result.seconds().score()));
    out.flush();
  }
}
