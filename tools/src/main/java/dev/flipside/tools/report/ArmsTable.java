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
              new Cell(each.selecting(), "from: " + each.selectingWeights(), false),
              new Cell(each.finalStage(), "from: " + each.finalWeights(), false)));
    }
    page.heading("Arms");
    page.paragraph(
        "Losses, views and initial weights of each strategy, in the stage that selects and in the"
            + " final stage, whose networks are measured.");
    page.table(List.of("Strategy", "Regions ranked by", "While selecting", "Final stage"), rows);
  }
}
