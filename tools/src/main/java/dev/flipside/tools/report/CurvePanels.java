package dev.flipside.tools.report;

import dev.flipside.tools.report.LineChart.Axis;
import dev.flipside.tools.report.LineChart.Line;
import dev.flipside.tools.report.LineChart.Point;
import dev.flipside.tools.report.LineChart.Style;
import dev.flipside.tools.results.Measurement;
import dev.flipside.tools.results.RunContents;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** What is drawn against the labelled share: mIoU, beside the paper's, and class entropy. */
final class CurvePanels {
  private static final Axis SHARE = new Axis("regions labelled", true, false);

  private final RunContents run;
  private final Curves curves;
  private final List<PaperResults.Figure> paper;

  CurvePanels(RunContents run, Curves curves, List<PaperResults.Figure> paper) {
    this.run = run;
    this.curves = curves;
    this.paper = paper;
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
                : " One seed, so nothing here tells how large the noise is."));
    page.markup("<figure>" + LineChart.svg(own, SHARE, miouAxis(false)) + "</figure>");
    if (!paper.isEmpty()) {
      beside(page, own);
    }
  }

  /** The same curves with the paper's on one scale that starts at 0. */
  private void beside(HtmlPage page, List<Line> own) {
    List<Line> lines = new ArrayList<>();
    for (Line line : own) {
      if (line.style() == Style.SOLID) {
        lines.add(line);
      }
    }
    for (String strategy : List.of("random", "entropy", "equal", "equal+")) {
      List<Point> points = new ArrayList<>();
      String name = strategy;
      for (PaperResults.Figure each : paper) {
        if (each.strategy().equals(strategy)) {
          points.add(new Point(each.labelledFraction(), each.miou(), each.deviation()));
          name = each.name();
        }
      }
      lines.add(new Line("paper: " + name, curves.color(strategy), Style.DASHED, points));
    }
    page.markup("<h3>Beside the paper</h3>");
    page.note(
        "Solid: this run. Dashed: the paper's Table 3 (FCN on ResNet-50 from ImageNet weights,"
            + " full resolution of 360x480 px, 60 epochs, five runs). The two differ wherever this"
            + " run's settings below differ from that.");
    page.markup("<figure>" + LineChart.svg(lines, SHARE, miouAxis(true)) + "</figure>");
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
        lines.add(new Line(strategy, curves.color(strategy), Style.SOLID, points));
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

  private static Axis miouAxis(boolean fromZero) {
    return new Axis("mIoU on the test split", false, fromZero);
  }
}
