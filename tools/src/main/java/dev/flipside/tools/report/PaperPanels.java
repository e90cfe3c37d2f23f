package dev.flipside.tools.report;

import dev.flipside.tools.report.LineChart.Axis;
import dev.flipside.tools.report.LineChart.Line;
import dev.flipside.tools.report.LineChart.Point;
import dev.flipside.tools.report.LineChart.Style;
import dev.flipside.tools.results.Measurement;
import dev.flipside.tools.statistics.Curves;
import dev.flipside.tools.statistics.Spread;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The run beside the paper. With a fully supervised network, both are shown relative to their own
 * full supervision, one panel per strategy; else side by side, each on its own scale.
 */
final class PaperPanels {
  private static final Axis SHARE = new Axis("regions labelled", true, false);
  private static final String FULL = "full";

  private final Curves curves;
  private final List<PaperResults.Figure> paper;
  private final List<String> strategies;

  PaperPanels(Curves curves, List<PaperResults.Figure> paper) {
    this.curves = curves;
    this.paper = paper;
    this.strategies =
        paper.stream()
            .map(PaperResults.Figure::strategy)
            .distinct()
            .filter(curves.selecting()::contains)
            .toList();
  }

  /** Adds the panels, if the paper has figures for strategies of the run. */
  void add(HtmlPage page) {
    if (strategies.isEmpty()) {
      return;
    }
    page.heading("Beside the paper");
    Spread full = curves.full().contains(FULL) ? curves.fullySupervised() : null;
    if (full == null) {
      sideBySide(page);
    } else {
      relative(page, full.mean(), paperMiou(FULL));
    }
  }

  private void relative(HtmlPage page, double ownFull, double paperFull) {
    page.paragraph(
        "mIoU as a share of that of the fully supervised network: of this run "
            + Numbers.score(ownFull)
            + ", of the paper "
            + Numbers.score(paperFull)
            + ".");
    List<List<Line>> panels = new ArrayList<>();
    List<Line> all = new ArrayList<>();
    for (String strategy : strategies) {
      int color = curves.color(strategy);
      List<Line> lines =
          List.of(
              new Line("this run", color, Style.SOLID, own(strategy, ownFull)),
              new Line("paper", color, Style.DASHED, theirs(strategy, paperFull)));
      panels.add(lines);
      all.addAll(lines);
    }
    Axis axis = new Axis("share of full supervision", true, false);
    StringBuilder out = new StringBuilder("<div class=\"panels\">");
    for (int i = 0; i < panels.size(); i++) {
      panel(out, strategies.get(i), LineChart.small(panels.get(i), all, SHARE, axis));
    }
    page.markup(out.append("</div>").toString());
    note(page);
  }

  private void sideBySide(HtmlPage page) {
    page.paragraph(
        "No fully supervised network was measured, so both are shown as they are, each on its own"
            + " scale.");
    List<Line> own = new ArrayList<>();
    List<Line> theirs = new ArrayList<>();
    for (String strategy : strategies) {
      int color = curves.color(strategy);
      own.add(new Line(strategy, color, Style.SOLID, own(strategy, 1)));
      theirs.add(new Line(strategy, color, Style.DASHED, theirs(strategy, 1)));
    }
    Axis axis = new Axis("mIoU", false, false);
    StringBuilder out = new StringBuilder("<div class=\"panels\">");
    panel(out, "This run", LineChart.small(own, own, SHARE, axis));
    panel(out, "The paper", LineChart.small(theirs, theirs, SHARE, axis));
    page.markup(out.append("</div>").toString());
    note(page);
  }

  private static void panel(StringBuilder out, String title, String chart) {
    out.append("<figure><figcaption>")
        .append(HtmlPage.escape(title))
        .append("</figcaption>")
        .append(chart)
        .append("</figure>");
  }

  private static void note(HtmlPage page) {
    page.note(
        "Solid: this run. Dashed: the paper's Table 3 (FCN on ResNet-50 from ImageNet weights, full"
            + " resolution of 360x480 px, 60 epochs, five runs). The two differ wherever this run's"
            + " settings below differ from that.");
  }

  private List<Point> own(String strategy, double full) {
    List<Point> points = new ArrayList<>();
    for (double budget : curves.budgetsOf(strategy)) {
      @Nullable Spread spread = curves.spread(strategy, budget, Measurement::miou);
      if (spread != null) {
        points.add(new Point(budget, spread.mean() / full, spread.deviation() / full));
      }
    }
    return points;
  }

  private List<Point> theirs(String strategy, double full) {
    return paper.stream()
        .filter(each -> each.strategy().equals(strategy))
        .map(
            each -> new Point(each.labelledFraction(), each.miou() / full, each.deviation() / full))
        .toList();
  }

  private double paperMiou(String strategy) {
    return paper.stream()
        .filter(each -> each.strategy().equals(strategy))
        .mapToDouble(PaperResults.Figure::miou)
        .findFirst()
        .orElseThrow();
  }
}
