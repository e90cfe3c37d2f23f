package dev.flipside.tools.report;

import dev.flipside.tools.results.CsvTable;
import java.util.List;
import java.util.stream.Collectors;

/** What the paper reports for a data set: the figures of its Table 3, as they are printed. */
final class PaperResults {
  private PaperResults() {}

  /**
   * One figure.
   *
   * @param strategy Flipside's name of the strategy
   * @param name the paper's name
   * @param labelledFraction labelled share, a fraction
   * @param miou mean over five runs
   * @param deviation standard deviation over five runs
   */
  record Figure(
      String strategy, String name, double labelledFraction, double miou, double deviation) {}

  /** The figures for a data set; none where the paper gives no table. */
  static List<Figure> of(String dataset) {
    return dataset.equals("camvid") ? read("paper-camvid.csv") : List.of();
  }

  private static List<Figure> read(String resource) {
    String text =
        Resources.text(resource)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .collect(Collectors.joining("\n"));
    return CsvTable.parse(resource, text, List.of()).rows().stream()
        .map(
            row ->
                new Figure(
                    row.text("strategy"),
                    row.text("name"),
                    row.fraction("labelled_fraction"),
                    row.fraction("miou"),
                    row.fraction("deviation")))
        .toList();
  }
}
