package dev.flipside.tools.report;

import dev.flipside.tools.report.HtmlPage.Cell;
import dev.flipside.tools.report.LineChart.Axis;
import dev.flipside.tools.report.LineChart.Line;
import dev.flipside.tools.report.LineChart.Point;
import dev.flipside.tools.report.LineChart.Style;
import dev.flipside.tools.results.RescoringStep;
import dev.flipside.tools.results.RunContents;
import dev.flipside.tools.results.TradeOff;
import dev.flipside.tools.statistics.Curves;
import dev.flipside.tools.statistics.Spread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What rescoring a part of the pool saved, and how well its picks agree with exact scoring. */
final class RescoringPanel {
  /** Steps are averaged into at most this many points. */
  private static final int POINTS = 60;

  private RescoringPanel() {}

  /** Adds the panel; nothing where no step rescored a part of the pool. */
  static void add(HtmlPage page, RunContents run, Curves curves) {
    if (run.rescoring().isEmpty() && run.tradeOff().isEmpty()) {
      return;
    }
    page.heading("Fewer forward passes");
    if (!run.rescoring().isEmpty()) {
      table(page, run.rescoring());
      page.markup("<h3>Images rescored in each step</h3>");
      page.markup(
          "<figure>"
              + LineChart.svg(
                  shares(run.rescoring(), curves),
                  new Axis("step", false, true),
                  new Axis("share of the pool rescored", true, true))
              + "</figure>");
    }
    if (!run.tradeOff().isEmpty()) {
      page.markup("<h3>Passes against agreement</h3>");
      page.note(
          "Each point is one accepted risk: how much of the pool is rescored, and which share of"
              + " the picks stands among the first 2K in the exact order.");
      page.markup(
          "<figure>"
              + LineChart.svg(
                  tradeOff(run.tradeOff(), curves),
                  new Axis("share of the forward passes", true, true),
                  new Axis("picks within the exact top 2K", true, false))
              + "</figure>");
    }
  }

  private static void table(HtmlPage page, List<RescoringStep> all) {
    List<List<Cell>> rows = new ArrayList<>();
    for (String strategy : strategies(all)) {
      List<RescoringStep> steps = of(all, strategy);
      List<RescoringStep> audited = steps.stream().filter(RescoringStep::audited).toList();
      double picks = sum(audited, RescoringStep::k);
      rows.add(
          List.of(
              Cell.of(strategy),
              Cell.of(Integer.toString(steps.size())),
              Cell.of(
                  Numbers.percent(
                      sum(steps, RescoringStep::rescoredImages)
                          / sum(steps, RescoringStep::poolImages))),
              Cell.of(
                  String.format(
                      Locale.ROOT,
                      "%.1f",
                      sum(steps, RescoringStep::rescoredImages) / steps.size())),
              Cell.of(Integer.toString(audited.size())),
              share(sum(audited, RescoringStep::inExactTopK), picks),
              share(sum(audited, RescoringStep::inExactTop2K), picks)));
    }
    page.table(
        List.of(
            "Strategy",
            "Steps",
            "Forward passes",
            "Images a step",
            "Audited steps",
            "Picks in exact top K",
            "Picks in exact top 2K"),
        rows);
    page.note(
        "Forward passes are a share of those that exact scoring takes. An audited step scores the"
            + " whole pool as well, to see where the picks stand in the exact order; what that"
            + " costs is not counted.");
  }

  private static Cell share(double part, double whole) {
    return whole > 0 ? Cell.of(Numbers.percent(part / whole)) : Cell.EMPTY;
  }

  private static List<Line> shares(List<RescoringStep> all, Curves curves) {
    List<Line> lines = new ArrayList<>();
    for (String strategy : strategies(all)) {
      List<RescoringStep> steps = of(all, strategy);
      long last = steps.stream().mapToLong(RescoringStep::step).max().orElse(0);
      long bin = Math.max(1, (last + POINTS) / POINTS);
      Map<Long, List<RescoringStep>> bins =
          steps.stream()
              .collect(
                  Collectors.groupingBy(
                      each -> each.step() / bin, TreeMap::new, Collectors.toList()));
      List<Point> points = new ArrayList<>();
      bins.values()
          .forEach(
              each ->
                  points.add(
                      new Point(
                          sum(each, RescoringStep::step) / each.size(),
                          sum(each, RescoringStep::rescoredImages)
                              / sum(each, RescoringStep::poolImages),
                          0)));
      lines.add(new Line(strategy, curves.color(strategy), Style.SOLID, points));
    }
    return lines;
  }

  private static List<Line> tradeOff(List<TradeOff> all, Curves curves) {
    List<Line> lines = new ArrayList<>();
    Map<String, Map<Double, List<TradeOff>>> byRisk = new TreeMap<>();
    for (TradeOff each : all) {
      byRisk
          .computeIfAbsent(each.strategy(), s -> new TreeMap<>())
          .computeIfAbsent(each.risk(), r -> new ArrayList<>())
          .add(each);
    }
    byRisk.forEach(
        (strategy, risks) -> {
          List<Point> points = new ArrayList<>();
          for (List<TradeOff> seeds : risks.values()) {
            Spread agreement =
                Spread.of(seeds.stream().mapToDouble(TradeOff::inExactTop2K).toArray());
            points.add(
                new Point(
                    Spread.of(seeds.stream().mapToDouble(TradeOff::passShare).toArray()).mean(),
                    agreement.mean(),
                    agreement.deviation()));
          }
          points.sort(Comparator.comparingDouble(Point::x));
          lines.add(new Line(strategy, curves.color(strategy), Style.SOLID, points));
        });
    return lines;
  }

  private static List<String> strategies(List<RescoringStep> all) {
    return List.copyOf(
        all.stream()
            .map(RescoringStep::strategy)
            .collect(Collectors.toCollection(LinkedHashSet::new)));
  }

  private static List<RescoringStep> of(List<RescoringStep> all, String strategy) {
    return all.stream().filter(each -> each.strategy().equals(strategy)).toList();
  }

  private static double sum(List<RescoringStep> steps, ToDoubleFunction<RescoringStep> value) {
    return steps.stream().mapToDouble(value).sum();
  }
}
