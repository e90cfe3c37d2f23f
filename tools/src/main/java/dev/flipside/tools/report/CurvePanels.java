package dev.flipside.tools.report;

import dev.flipside.tools.report.LineChart.Axis;
import dev.flipside.tools.report.LineChart.Line;
import dev.flipside.tools.report.LineChart.Point;
import dev.flipside.tools.report.LineChart.Style;
import dev.flipside.tools.results.Measurement;
import dev.flipside.tools.results.RunContents;
import dev.flipside.tools.statistics.Curves;
import dev.flipside.tools.statistics.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** What is drawn against the labelled share: mIoU and class entropy. */
final class CurvePanels {
  private static final Axis SHARE = new Axis("regions labelled", true, false);

  private final RunContents run;
  private final Curves curves;

  CurvePanels(RunContents run, Curves curves) {
    this.run = run;
    this.curves = curves;
  }

  void miou(HtmlPage page) {
    if (curves.selecting().isEmpty()) {
      return;
    }
    List<Line> lines = lines(Measurement::miou);
    double start = Collections.min(curves.budgets());
    double end = Collections.max(curves.budgets());
    List<Line> own = new ArrayList<>(lines);
    for (String full : curves.full()) {
      double mean =
          Objects.requireNonNull(
                  curves.spread(full, Collections.max(curves.budgetsOf(full)), Measurement::miou))
              .mean();
      own.add(
          new Line(
              full + " " + Numbers.score(mean),
              -1,
              Style.LEVEL,
              List.of(new Point(start, mean, 0), new Point(end, mean, 0))));
    }
    page.heading("mIoU against the labelled share");
    page.paragraph(
        (curves.areFinal()
                ? "Each point is a network of the final stage, trained on what was labelled by then."
                : "Each point is a network while it selects; none of the final stage was measured.")
            + (severalSeeds()
                ? " Means over the seeds; whiskers are one standard deviation to each side."
                : " One seed: the variation between seeds is not known."));
    page.markup(
        "<figure>"
            + LineChart.svg(own, SHARE, new Axis("mIoU on the test split", false, false))
            + "</figure>");
  }

  void classEntropy(HtmlPage page) {
    List<Line> lines = lines(Measurement::classEntropy);
    if (lines.isEmpty()) {
      return;
    }
    int classes = run.description().classes().size();
    page.heading("Diversity of what was labelled");
    page.paragraph(
        String.format(
            Locale.ROOT,
            "Entropy of the class distribution of the labelled pixels. %d classes in equal parts"
                + " would have ln %d = %.3f nats.",
            classes,
            classes,
            Math.log(classes)));
    page.markup(
        "<figure>"
            + LineChart.svg(lines, SHARE, new Axis("class entropy (nats)", false, false))
            + "</figure>");
  }

  private List<Line> lines(ToDoubleFunction<Measurement> value) {
    List<Line> lines = new ArrayList<>();
    for (String strategy : curves.selecting()) {
      List<Point> points = new ArrayList<>();
      for (double budget : curves.budgetsOf(strategy)) {
        Spread spread = curves.spread(strategy, budget, value);
        if (spread != null) {
          points.add(new Point(budget, spread.mean(), spread.deviation()));
        }
      }
      if (!points.isEmpty()) {
        lines.add(new Line(Curves.label(strategy), curves.color(strategy), Style.SOLID, points));
      }
    }
    return lines;
  }

  private boolean severalSeeds() {
    return curves.selecting().stream()
        .anyMatch(
            strategy ->
                curves.budgetsOf(strategy).stream()
                    .anyMatch(budget -> curves.at(strategy, budget).size() > 1));
  }
}
