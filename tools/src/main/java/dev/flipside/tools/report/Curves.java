package dev.flipside.tools.report;

import dev.flipside.tools.results.Measurement;
import dev.flipside.tools.results.RunContents;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Measurements by strategy and labelled share, with the spread over the seeds. Where a run has
 * networks of the final stage, those are what counts; else the networks that select.
 */
final class Curves {
  /** Names of the arms that learn from all labels. */
  private static final List<String> FULL = List.of("full", "full+");

  private final List<String> strategies;
  private final Map<String, NavigableMap<Double, List<Measurement>>> cells = new LinkedHashMap<>();
  private final boolean areFinal;

  Curves(RunContents run) {
    List<Measurement> finals = run.measurements().stream().filter(Measurement::isFinal).toList();
    areFinal = !finals.isEmpty();
    strategies = run.strategies();
    for (String strategy : strategies) {
      cells.put(strategy, new TreeMap<>());
    }
    for (Measurement each : areFinal ? finals : run.measurements()) {
      double budget = budget(each, run.description().budgets());
      cell(each.strategy()).computeIfAbsent(budget, b -> new ArrayList<>()).add(each);
    }
  }

  /** Whether the networks are of the final stage. */
  boolean areFinal() {
    return areFinal;
  }

  /** Whether a strategy learns from all labels, so that it has one value and no curve. */
  static boolean isFull(String strategy) {
    return FULL.contains(strategy);
  }

  /** Strategies with a curve, in the order to show them. */
  List<String> selecting() {
    return strategies.stream().filter(each -> !isFull(each) && !cell(each).isEmpty()).toList();
  }

  /** Number of a strategy's colour, the same in all charts; below 0 for one without a curve. */
  int color(String strategy) {
    return selecting().indexOf(strategy);
  }

  /** Fully supervised arms that were measured. */
  List<String> full() {
    return strategies.stream().filter(each -> isFull(each) && !cell(each).isEmpty()).toList();
  }

  /** Labelled shares that any strategy with a curve was measured at, fractions, ascending. */
  List<Double> budgets() {
    return selecting().stream()
        .flatMap(each -> cell(each).keySet().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** The measurements of all seeds, in the order of the file; none where there is none. */
  List<Measurement> at(String strategy, double budget) {
    return cell(strategy).getOrDefault(budget, List.of());
  }

  /** Labelled shares that a strategy was measured at, ascending. */
  Collection<Double> budgetsOf(String strategy) {
    return cell(strategy).keySet();
  }

  /** Mean and spread over the seeds that have a value; null where none has. */
  @Nullable Spread spread(String strategy, double budget, ToDoubleFunction<Measurement> value) {
    double[] values =
        at(strategy, budget).stream()
            .mapToDouble(value)
            .filter(each -> !Double.isNaN(each))
            .toArray();
    return values.length == 0 ? null : Spread.of(values);
  }

  /** The fully supervised mIoU that others are compared with: without consistency, if there is. */
  @Nullable Spread fullySupervised() {
    for (String strategy : FULL) {
      for (double budget : cell(strategy).descendingKeySet()) {
        return spread(strategy, budget, Measurement::miou);
      }
    }
    return null;
  }

  private NavigableMap<Double, List<Measurement>> cell(String strategy) {
    return cells.getOrDefault(strategy, new TreeMap<>());
  }

  /** The mark that a measurement belongs to: one less than a region away. */
  private static double budget(Measurement each, List<Double> budgets) {
    for (double budget : budgets) {
      if (Math.abs(budget * each.totalRegions() - each.labelledRegions()) < 1 - 1e-9) {
        return budget;
      }
    }
    return each.labelledFraction();
  }
}
