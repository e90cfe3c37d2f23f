package dev.flipside.tools.report;

import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.report.HtmlPage.Cell;
import dev.flipside.tools.results.Measurement;
import dev.flipside.tools.results.RunContents;
import dev.flipside.tools.statistics.Comparison;
import dev.flipside.tools.statistics.Curves;
import dev.flipside.tools.statistics.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The tables: mIoU by budget as in the paper's Table 3, IoU by class as in its Table 1. */
final class ResultTables {
  private static final int MOST_LINES = 200;

  private final RunContents run;
  private final Curves curves;
  private final List<PaperResults.Figure> paper;

  ResultTables(RunContents run, Curves curves, List<PaperResults.Figure> paper) {
    this.run = run;
    this.curves = curves;
    this.paper = paper;
  }

  void byBudget(HtmlPage page) {
    List<Double> budgets = curves.budgets();
    Spread full = curves.fullySupervised();
    List<String> header = new ArrayList<>(List.of("mIoU"));
    budgets.forEach(budget -> header.add(Numbers.percent(budget)));
    Comparison comparison = new Comparison(curves);
    boolean areas = curves.selecting().stream().anyMatch(each -> comparison.area(each) != null);
    if (areas) {
      header.add("Area");
    }
    if (!curves.full().isEmpty()) {
      header.add("100 %");
    }
    List<List<Cell>> rows = new ArrayList<>();
    for (String strategy : curves.selecting()) {
      List<Cell> row = new ArrayList<>(List.of(Cell.of(Curves.label(strategy))));
      for (double budget : budgets) {
        row.add(cell(strategy, budget, full, isBest(strategy, budget)));
      }
      if (areas) {
        row.add(Cell.of(Numbers.spread(comparison.area(strategy))));
      }
      rows.add(filled(row, header.size()));
    }
    for (String strategy : curves.full()) {
      List<Cell> row = filled(new ArrayList<>(List.of(Cell.of(strategy))), header.size() - 1);
      row.add(cell(strategy, Collections.max(curves.budgetsOf(strategy)), full, false));
      rows.add(row);
    }
    int own = rows.size();
    paperRows(rows, budgets, areas);
    page.heading("mIoU at each budget");
    page.table(header, rows, own);
    page.note(
        (full == null
                ? "No fully supervised network was measured, so no share of it is given."
                : "Below each mean its share of the fully supervised mIoU, "
                    + Numbers.score(full.mean())
                    + ".")
            + (run.description().seeds().size() > 1
                ? " ± is one standard deviation over the seeds."
                : "")
            + (curves.selecting().size() > 1 ? " The best of a budget is bold." : "")
            + (areas
                ? " Area: area under the curve of mIoU over the labelled share, divided by the"
                    + " length of the range; over seeds that have all budgets."
                : "")
            + (paper.isEmpty() ? "" : " Paper: Table 3, full resolution, five runs."));
  }

  private Cell cell(String strategy, double budget, @Nullable Spread full, boolean best) {
    Spread spread = curves.spread(strategy, budget, Measurement::miou);
    if (spread == null) {
      return Cell.EMPTY;
    }
    int seeds = run.description().seeds().size();
    String below =
        full == null || Curves.isFull(strategy) ? "" : Numbers.percent(spread.mean() / full.mean());
    if (spread.count() < seeds) {
      below += (below.isEmpty() ? "" : ", ") + spread.count() + " of " + seeds + " seeds";
    }
    return new Cell(Numbers.spread(spread), below, best);
  }

  private boolean isBest(String strategy, double budget) {
    Spread own = curves.spread(strategy, budget, Measurement::miou);
    return own != null
        && curves.selecting().size() > 1
        && curves.selecting().stream()
            .map(each -> curves.spread(each, budget, Measurement::miou))
            .filter(Objects::nonNull)
            .allMatch(each -> each.mean() <= own.mean());
  }

  private void paperRows(List<List<Cell>> rows, List<Double> budgets, boolean areas) {
    List<Double> columns = new ArrayList<>(budgets);
    if (areas) {
      columns.add(Double.NaN);
    }
    if (!curves.full().isEmpty()) {
      columns.add(1.0);
    }
    for (String name : paper.stream().map(PaperResults.Figure::name).distinct().toList()) {
      List<Cell> row = new ArrayList<>(List.of(Cell.of("paper: " + name)));
      boolean any = false;
      for (double column : columns) {
        Cell cell = Cell.EMPTY;
        for (PaperResults.Figure each : paper) {
          if (each.name().equals(name) && Math.abs(each.labelledFraction() - column) < 1e-6) {
            cell = Cell.of(Numbers.score(each.miou()) + " ± " + Numbers.score(each.deviation()));
            any = true;
          }
        }
        row.add(cell);
      }
      if (any) {
        rows.add(row);
      }
    }
  }

  /** IoU of each class at the last budget, and folded away at the others. */
  void byClass(HtmlPage page) {
    List<Double> budgets = curves.budgets();
    if (budgets.isEmpty()) {
      return;
    }
    page.heading(
        "IoU of each class with " + Numbers.percent(Collections.max(budgets)) + " labelled");
    classTable(page, Collections.max(budgets));
    for (double budget : budgets.subList(0, Math.min(8, budgets.size() - 1))) {
      page.markup("<details><summary>With " + Numbers.percent(budget) + " labelled</summary>");
      classTable(page, budget);
      page.markup("</details>");
    }
  }

  private void classTable(HtmlPage page, double budget) {
    List<String> arms = new ArrayList<>(curves.selecting());
    arms.removeIf(each -> curves.at(each, budget).isEmpty());
    int selecting = arms.size();
    arms.addAll(curves.full());
    List<String> header = new ArrayList<>(List.of("Class"));
    arms.forEach(each -> header.add(Curves.label(each)));
    List<List<Cell>> rows = new ArrayList<>();
    List<SegmentationClass> classes = run.description().classes();
    for (int id = 0; id <= classes.size(); id++) {
      boolean mean = id == classes.size();
      List<Cell> row = new ArrayList<>(List.of(Cell.of(mean ? "mIoU" : classes.get(id).name())));
      List<@Nullable Spread> values = new ArrayList<>();
      for (String arm : arms) {
        double at = Curves.isFull(arm) ? Collections.max(curves.budgetsOf(arm)) : budget;
        int index = id;
        values.add(curves.spread(arm, at, each -> mean ? each.miou() : each.iou().get(index)));
      }
      double best =
          values.subList(0, selecting).stream()
              .filter(Objects::nonNull)
              .mapToDouble(Spread::mean)
              .max()
              .orElse(Double.NaN);
      for (int i = 0; i < arms.size(); i++) {
        Spread value = values.get(i);
        row.add(
            new Cell(
                value == null ? "–" : Numbers.score(value.mean()),
                value == null || value.count() < 2 ? "" : "± " + Numbers.score(value.deviation()),
                value != null
                    && i < selecting
                    && selecting > 1
                    && best > 0
                    && value.mean() == best));
      }
      rows.add(row);
    }
    page.table(header, rows);
  }

  /** Every measurement, where they are not too many to read. */
  void all(HtmlPage page) {
    List<Measurement> measurements = run.measurements();
    if (measurements.size() > MOST_LINES) {
      page.note("results.csv beside this page has all " + measurements.size() + " measurements.");
      return;
    }
    List<List<Cell>> rows = new ArrayList<>();
    for (Measurement each : measurements) {
      rows.add(
          List.of(
              Cell.of(each.strategy()),
              Cell.of(Long.toString(each.seed())),
              Cell.of(Long.toString(each.round())),
              Cell.of(each.isFinal() ? "final" : "select"),
              Cell.of(Long.toString(each.labelledRegions())),
              Cell.of(Numbers.percent(each.labelledFraction())),
              Cell.of(Numbers.score(each.miou())),
              Cell.of(Numbers.score(each.pixelAccuracy())),
              Cell.of(Numbers.score(each.classEntropy())),
              Cell.of(ConsoleProgress.duration(each.trainSeconds())),
              Cell.of(ConsoleProgress.duration(each.scoreSeconds()))));
    }
    page.markup(
        "<details><summary>" + Numbers.count(rows.size(), "measurement") + " one by one</summary>");
    page.table(
        List.of(
            "Strategy",
            "Seed",
            "Round",
            "Phase",
            "Regions",
            "Labelled",
            "mIoU",
            "Pixel accuracy",
            "Class entropy (nats)",
            "Training",
            "Scoring"),
        rows);
    page.markup("</details>");
  }

  private static List<Cell> filled(List<Cell> row, int width) {
    while (row.size() < width) {
      row.add(Cell.EMPTY);
    }
    return row;
  }
}
