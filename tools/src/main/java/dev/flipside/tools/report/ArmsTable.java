package dev.flipside.tools.report;

import dev.flipside.tools.report.HtmlPage.Cell;
import dev.flipside.tools.results.ArmDescription;
import dev.flipside.tools.results.RunDescription;
import dev.flipside.tools.statistics.Curves;
import java.util.ArrayList;
import java.util.List;

/** What each arm minimizes, and from which weights it starts. */
final class ArmsTable {
  private ArmsTable() {}

  /** Adds the table, if the run describes its arms. */
  static void add(HtmlPage page, RunDescription run) {
    if (run.arms().isEmpty()) {
      return;
    }
    List<List<Cell>> rows = new ArrayList<>();
    for (ArmDescription each : run.arms()) {
      rows.add(
          List.of(
              Cell.of(Curves.label(each.strategy())),
              Cell.of(each.acquisition()),
              stage(each.selecting(), each.selectingWeights()),
              stage(each.finalStage(), each.finalWeights())));
    }
    page.heading("Arms");
    page.paragraph(
        "Losses, views and initial weights of each strategy, in the stage that selects and in the"
            + " final stage, whose networks are measured.");
    page.textTable(
        List.of("Strategy", "Regions ranked by", "While selecting", "Final stage"), rows);
  }

  private static Cell stage(String losses, String weights) {
    return new Cell(losses, weights.isEmpty() ? "" : "initial weights: " + weights, false);
  }
}
