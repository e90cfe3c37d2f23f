package dev.flipside.tools.statistics;

import dev.flipside.tools.results.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares the strategies of a run that select. */
public final class Comparison {
  private final Curves curves;
  private final List<Double> budgets;

  /** Creates the comparison of the mIoU of a run. */
  public Comparison(Curves curves) {
    this.curves = curves;
    this.budgets = curves.budgets();
  }

  /**
   * Wins of a strategy over another.
   *
   * @param wins seeds and budgets at which it is higher
   * @param losses seeds and budgets at which the other is higher
   * @param pairs seeds and budgets that both have
   * @param clearWins budgets at which the 95 % interval of the difference lies above 0
   * @param budgets budgets that both have with at least two seeds
   */
  public record Wins(int wins, int losses, int pairs, int clearWins, int budgets) {}

  /** Returns the strategies that are compared. */
  public List<String> strategies() {
    return curves.selecting();
  }

  /** Returns the paired differences at a budget, null without a seed that both have. */
  public @Nullable Difference at(String strategy, String against, double budget) {
    return pairs(strategy, against, miou(strategy, budget), miou(against, budget));
  }

  /** Returns the wins of a strategy over another. */
  public Wins wins(String strategy, String against) {
    int wins = 0;
    int losses = 0;
    int pairs = 0;
    int clear = 0;
    int common = 0;
    for (double budget : budgets) {
      Difference difference = at(strategy, against, budget);
      if (difference != null) {
        wins += difference.wins();
        losses += difference.losses();
        pairs += difference.spread().count();
        common += difference.spread().count() > 1 ? 1 : 0;
        clear += difference.interval().low() > 0 ? 1 : 0;
      }
    }
    return new Wins(wins, losses, pairs, clear, common);
  }

  /**
   * Returns the area under the budget curve: the integral of mIoU over the labelled share by the
   * trapezoidal rule, divided by the length of the range, so that it is a mean mIoU. Over the seeds
   * that have all budgets; null with fewer than two budgets or without such a seed.
   */
  public @Nullable Spread area(String strategy) {
    double[] values = areas(strategy).values().stream().mapToDouble(Double::doubleValue).toArray();
    return values.length == 0 ? null : Spread.of(values);
  }

  /** Returns the paired differences of the areas, null without a seed that both have. */
  public @Nullable Difference areaDifference(String strategy, String against) {
    return pairs(strategy, against, areas(strategy), areas(against));
  }

  private Map<Long, Double> areas(String strategy) {
    Map<Long, Double> areas = new TreeMap<>();
    if (budgets.size() < 2) {
      return areas;
    }
    List<Map<Long, Double>> curve = new ArrayList<>();
    budgets.forEach(budget -> curve.add(miou(strategy, budget)));
    for (long seed : curve.get(0).keySet()) {
      if (curve.stream().allMatch(each -> each.containsKey(seed))) {
        double sum = 0;
        for (int i = 1; i < budgets.size(); i++) {
          double left = curve.get(i - 1).getOrDefault(seed, Double.NaN);
          double right = curve.get(i).getOrDefault(seed, Double.NaN);
          double middle = (left + right) / 2;
          sum += middle * (budgets.get(i) - budgets.get(i - 1));
        }
        areas.put(seed, sum / (budgets.get(budgets.size() - 1) - budgets.get(0)));
      }
    }
    return areas;
  }

  private Map<Long, Double> miou(String strategy, double budget) {
    Map<Long, Double> bySeed = new TreeMap<>();
    for (Measurement each : curves.at(strategy, budget)) {
      if (!Double.isNaN(each.miou())) {
        bySeed.put(each.seed(), each.miou());
      }
    }
    return bySeed;
  }

  private static @Nullable Difference pairs(
      String strategy, String against, Map<Long, Double> values, Map<Long, Double> others) {
    List<Long> seeds = values.keySet().stream().filter(others::containsKey).toList();
    return seeds.isEmpty()
        ? null
        : Difference.of(
            strategy,
            against,
            seeds.stream().mapToDouble(values::get).toArray(),
            seeds.stream().mapToDouble(others::get).toArray());
  }
}
