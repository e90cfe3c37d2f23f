package dev.flipside.tools.report;

import dev.flipside.tools.report.HtmlPage.Cell;
import dev.flipside.tools.statistics.Comparison;
import dev.flipside.tools.statistics.Comparison.Wins;
import dev.flipside.tools.statistics.Curves;
import dev.flipside.tools.statistics.Difference;
import dev.flipside.tools.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Pairwise comparisons: differences with intervals, wins, and which controls are missing. */
final class StatisticsTables {
  /** Where there are more pairs, they are folded away. */
  private static final int MOST_PAIRS = 15;

  private final Curves curves;
  private final Comparison comparison;

  StatisticsTables(Curves curves) {
    this.curves = curves;
    this.comparison = new Comparison(curves);
  }

  /** Says what a comparison with EquAL lacks. */
  void controls(HtmlPage page) {
    List<String> missing = curves.missingControls();
    if (missing.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder("Controls missing: ");
    text.append(String.join(" and ", missing)).append('.');
    if (missing.contains("random+")) {
      text.append(" Without random+ (random selection, both losses), the effect of the selection")
          .append(" cannot be separated from that of the losses.");
    }
    if (missing.contains("two-view")) {
      text.append(" Without two-view (both views, cross-entropy alone), the effect of the")
          .append(" consistency loss cannot be separated from that of the second view.");
    }
    page.markup("<p class=\"warning\">" + HtmlPage.escape(text.toString()) + "</p>");
  }

  /** Paired differences over the seeds, with 95 % intervals. */
  void differences(HtmlPage page) {
    List<String> strategies = comparison.strategies();
    if (strategies.size() < 2) {
      return;
    }
    List<String> header = new ArrayList<>(List.of("Difference of mIoU"));
    curves.budgets().forEach(budget -> header.add(Numbers.percent(budget)));
    boolean areas = curves.budgets().size() > 1;
    if (areas) {
      header.add("Area");
    }
    List<List<Cell>> rows = new ArrayList<>();
    for (int i = strategies.size() - 1; i > 0; i--) {
      for (int j = i - 1; j >= 0; j--) {
        String first = strategies.get(i);
        String second = strategies.get(j);
        List<Cell> row =
            new ArrayList<>(List.of(Cell.of(Curves.label(first) + " − " + Curves.label(second))));
        curves.budgets().forEach(budget -> row.add(cell(comparison.at(first, second, budget))));
        if (areas) {
          row.add(cell(comparison.areaDifference(first, second)));
        }
        rows.add(row);
      }
    }
    page.heading("Differences between strategies");
    page.paragraph(
        "Mean of the differences seed by seed, with its 95 % interval (Student's t). Bold where the"
            + " interval excludes 0. Each interval stands alone: of many, about one in 20 excludes"
            + " 0 by chance.");
    boolean folded = rows.size() > MOST_PAIRS;
    if (folded) {
      page.markup("<details><summary>" + rows.size() + " pairs of strategies</summary>");
    }
    page.table(header, rows);
    if (folded) {
      page.markup("</details>");
    }
  }

  private static Cell cell(@Nullable Difference difference) {
    if (difference == null) {
      return Cell.EMPTY;
    }
    Interval interval = difference.interval();
    String below =
        Double.isNaN(interval.low())
            ? "one seed"
            : "[" + signed(interval.low()) + ", " + signed(interval.high()) + "]";
    return new Cell(signed(difference.spread().mean()), below, interval.excludesZero());
  }

  private static String signed(double value) {
    return String.format(Locale.ROOT, "%+.4f", value).replace('-', '−');
  }

  /** How often each strategy is above each other one. */
  void wins(HtmlPage page) {
    List<String> strategies = comparison.strategies();
    if (strategies.size() < 2) {
      return;
    }
    List<String> header = new ArrayList<>(List.of("Wins of … over"));
    strategies.forEach(each -> header.add(Curves.label(each)));
    List<List<Cell>> rows = new ArrayList<>();
    for (String strategy : strategies) {
      List<Cell> row = new ArrayList<>(List.of(Cell.of(Curves.label(strategy))));
      for (String against : strategies) {
        Wins wins = comparison.wins(strategy, against);
        row.add(
            strategy.equals(against) || wins.pairs() == 0
                ? Cell.EMPTY
                : new Cell(
                    wins.wins() + " of " + wins.pairs(),
                    wins.budgets() == 0
                        ? ""
                        : "clear at " + wins.clearWins() + " of " + wins.budgets(),
                    2 * wins.wins() > wins.pairs()));
      }
      rows.add(row);
    }
    page.markup("<h3>Wins</h3>");
    page.note(
        "Seeds and budgets at which the strategy of the row has the higher mIoU; below, the budgets"
            + " at which the 95 % interval of the difference lies above 0. Bold: more than half.");
    page.table(header, rows);
  }
}
