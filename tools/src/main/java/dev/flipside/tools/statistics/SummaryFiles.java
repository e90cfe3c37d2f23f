package dev.flipside.tools.statistics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.tools.results.Measurement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a run as {@code summary.csv} and {@code summary.json}: one line or object per
 * mean, area, difference and pair of strategies.
 */
public final class SummaryFiles {
  private static final String HEADER =
      "measure,strategy,against,labelled_fraction,seeds,mean,sd,ci95_low,ci95_high,wins,losses,"
          + "pairs,clear_wins\n";

  private final Curves curves;
  private final Comparison comparison;
  private final List<Line> lines = new ArrayList<>();

  private SummaryFiles(Curves curves) {
    this.curves = curves;
    this.comparison = new Comparison(curves);
  }

  /** One statistic; what it does not have is null. */
  private record Line(
      String measure,
      String strategy,
      @Nullable String against,
      @Nullable Double budget,
      @Nullable Spread spread,
      Comparison.@Nullable Wins wins) {}

  /**
   * Writes both files.
   *
   * @param folder folder of the run
   */
  public static void write(Path folder, Curves curves) {
    SummaryFiles files = new SummaryFiles(curves);
    files.collect();
    AtomicFile.write(folder.resolve("summary.csv"), files.csv());
    AtomicFile.write(folder.resolve("summary.json"), files.json());
  }

  /** Returns the statistics as {@code summary.json} has them. */
  public static String json(Curves curves) {
    SummaryFiles files = new SummaryFiles(curves);
    files.collect();
    return files.json();
  }

  private void collect() {
    List<String> all = new ArrayList<>(curves.selecting());
    all.addAll(curves.full());
    Spread full = curves.fullySupervised();
    for (String strategy : all) {
      for (double budget : curves.budgetsOf(strategy)) {
        add("miou", strategy, budget, curves.spread(strategy, budget, Measurement::miou));
        add(
            "pixel_accuracy",
            strategy,
            budget,
            curves.spread(strategy, budget, Measurement::pixelAccuracy));
        if (full != null) {
          add(
              "share_of_full",
              strategy,
              budget,
              curves.spread(strategy, budget, each -> each.miou() / full.mean()));
        }
      }
    }
    for (String strategy : comparison.strategies()) {
      add("area", strategy, null, comparison.area(strategy));
    }
    for (String strategy : comparison.strategies()) {
      for (String against : comparison.strategies()) {
        if (!strategy.equals(against)) {
          compare(strategy, against);
        }
      }
    }
  }

  private void compare(String strategy, String against) {
    for (double budget : curves.budgets()) {
      add("difference", strategy, against, budget, comparison.at(strategy, against, budget));
    }
    add("area_difference", strategy, against, null, comparison.areaDifference(strategy, against));
    Comparison.Wins wins = comparison.wins(strategy, against);
    if (wins.pairs() > 0) {
      lines.add(new Line("wins", strategy, against, null, null, wins));
    }
  }

  private void add(
      String measure, String strategy, @Nullable Double budget, @Nullable Spread spread) {
    if (spread != null) {
      lines.add(new Line(measure, strategy, null, budget, spread, null));
    }
  }

  private void add(
      String measure,
      String strategy,
      String against,
      @Nullable Double budget,
      @Nullable Difference difference) {
    if (difference != null) {
      lines.add(new Line(measure, strategy, against, budget, difference.spread(), null));
    }
  }

  private String csv() {
    StringBuilder out = new StringBuilder(HEADER);
    for (Line line : lines) {
      out.append(line.measure()).append(',').append(line.strategy()).append(',');
      out.append(line.against() == null ? "" : line.against()).append(',');
      out.append(line.budget() == null ? "" : number(line.budget()));
      Spread spread = line.spread();
      if (spread == null) {
        out.append(",,,,,");
      } else {
        Interval interval = Interval.of(spread);
        out.append(',').append(spread.count()).append(',').append(number(spread.mean()));
        out.append(',').append(spread.count() < 2 ? "" : number(spread.deviation()));
        out.append(',').append(number(interval.low())).append(',').append(number(interval.high()));
      }
      Comparison.Wins wins = line.wins();
      if (wins == null) {
        out.append(",,,,\n");
      } else {
        out.append(
            String.format(
                Locale.ROOT,
                ",%d,%d,%d,%d%n",
                wins.wins(),
                wins.losses(),
                wins.pairs(),
                wins.clearWins()));
      }
    }
    return out.toString().replace(System.lineSeparator(), "\n");
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.6f", value);
  }

  private String json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("measured", curves.areFinal() ? "final" : "select");
    curves.missingControls().forEach(json.putArray("missingControls")::add);
    ArrayNode controls = json.putArray("controls");
    curves.selecting().stream().filter(Curves::isControl).forEach(controls::add);
    ArrayNode all = json.putArray("statistics");
    for (Line line : lines) {
      ObjectNode node = all.addObject();
      node.put("measure", line.measure());
      node.put("strategy", line.strategy());
      if (line.against() != null) {
        node.put("against", line.against());
      }
      if (line.budget() != null) {
        node.put("labelledFraction", line.budget());
      }
      if (line.spread() != null) {
        put(node, Objects.requireNonNull(line.spread()));
      }
      if (line.wins() != null) {
        Comparison.Wins wins = Objects.requireNonNull(line.wins());
        node.put("wins", wins.wins());
        node.put("losses", wins.losses());
        node.put("pairs", wins.pairs());
        node.put("clearWins", wins.clearWins());
        node.put("budgets", wins.budgets());
      }
    }
    return json.toPrettyString() + "\n";
  }

  private static void put(ObjectNode node, Spread spread) {
    node.put("seeds", spread.count());
    node.put("mean", spread.mean());
    if (spread.count() > 1) {
      Interval interval = Interval.of(spread);
      node.put("sd", spread.deviation());
      node.putArray("ci95").add(interval.low()).add(interval.high());
    }
  }
}
