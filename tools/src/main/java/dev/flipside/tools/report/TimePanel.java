package dev.flipside.tools.report;

import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.report.HtmlPage.Cell;
import dev.flipside.tools.results.Measurement;
import dev.flipside.tools.results.RunContents;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Where the time went, by strategy. */
final class TimePanel {
  private TimePanel() {}

  /** Adds the panel. */
  static void add(HtmlPage page, RunContents run) {
    List<List<Cell>> rows = new ArrayList<>();
    double longest = 0;
    for (String strategy : run.strategies()) {
      longest = Math.max(longest, total(run, strategy));
    }
    StringBuilder bars = new StringBuilder("<div class=\"bars\">");
    for (String strategy : run.strategies()) {
      double train = sum(run, strategy, Measurement::trainSeconds);
      double evaluate = sum(run, strategy, Measurement::evaluateSeconds);
      double score = sum(run, strategy, Measurement::scoreSeconds);
      double images = sum(run, strategy, Measurement::scoredImages);
      bars.append("<span>").append(HtmlPage.escape(strategy)).append("</span><div>");
      bar(bars, "train", train, longest);
      bar(bars, "evaluate", evaluate, longest);
      bar(bars, "score", score, longest);
      bars.append("</div>");
      rows.add(
          List.of(
              Cell.of(strategy),
              Cell.of(ConsoleProgress.duration(train)),
              Cell.of(ConsoleProgress.duration(evaluate)),
              Cell.of(ConsoleProgress.duration(score)),
              Cell.of(ConsoleProgress.duration(train + evaluate + score)),
              Cell.of(String.format(Locale.ROOT, "%.0f", images)),
              Cell.of(
                  images > 0 && score > 0
                      ? String.format(Locale.ROOT, "%.1f", images / score)
                      : "–")));
    }
    page.heading("Where the time went");
    page.paragraph("Wall-clock time over all seeds, as the stages were measured while they ran.");
    page.markup(
        "<ul class=\"legend\"><li><i class=\"train\"></i>training</li><li><i class=\"evaluate\">"
            + "</i>measuring on the test split</li><li><i class=\"score\"></i>scoring and"
            + " selecting</li></ul>");
    page.markup(bars.append("</div>").toString());
    page.table(
        List.of(
            "Strategy",
            "Training",
            "Measuring",
            "Scoring",
            "Together",
            "Images scored",
            "Images/s scored"),
        rows);
  }

  private static void bar(StringBuilder out, String stage, double seconds, double longest) {
    if (seconds > 0) {
      out.append(
          String.format(
              Locale.ROOT,
              "<i class=\"%s\" style=\"width:%.2f%%\"></i>",
              stage,
              100 * seconds / longest));
    }
  }

  private static double total(RunContents run, String strategy) {
    return sum(
        run, strategy, each -> each.trainSeconds() + each.evaluateSeconds() + each.scoreSeconds());
  }

  private static double sum(RunContents run, String strategy, ToDoubleFunction<Measurement> value) {
    return run.measurements().stream()
        .filter(each -> each.strategy().equals(strategy))
        .mapToDouble(value)
        .filter(each -> !Double.isNaN(each))
        .sum();
  }
}
