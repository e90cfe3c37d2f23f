package dev.flipside.tools.statistics;

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
public final class Curves {
  /** Names of the arms that learn from all labels. */
  private static final List<String> FULL = List.of("full", "full+");

  /**
   * Names of the arms that tell what EquAL's two views and consistency loss are worth without its
   * selection, or without the loss.
   */
  private static final List<String> CONTROLS = List.of("random+", "two-view");

  private final List<String> strategies;
  private final Map<String, NavigableMap<Double, List<Measurement>>> cells = new LinkedHashMap<>();
  private final boolean areFinal;

  public Curves(RunContents run) {
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
  public boolean areFinal() {
    return areFinal;
  }

  /** Whether a strategy learns from all labels, so that it has one value and no curve. */
  public static boolean isFull(String strategy) {
    return FULL.contains(strategy);
  }

  /** Returns whether a strategy is a control: random selection or two views alone. */
  public static boolean isControl(String strategy) {
    return CONTROLS.contains(strategy);
  }

  /** Returns the name of a strategy as tables and charts show it. */
  public static String label(String strategy) {
    return isControl(strategy) ? strategy + " (control)" : strategy;
  }

  /** Returns the controls that a comparison with EquAL lacks; none if EquAL does not take part. */
  public List<String> missingControls() {
    boolean compares = selecting().stream().anyMatch(each -> each.startsWith("equal"));
    return compares
        ? CONTROLS.stream().filter(each -> !selecting().contains(each)).toList()
        : List.of();
  }

  /** Strategies with a curve, in the order to show them. */
  public List<String> selecting() {
    return strategies.stream().filter(each -> !isFull(each) && !cell(each).isEmpty()).toList();
  }

  /** Number of a strategy's colour, the same in all charts; below 0 for one without a curve. */
  public int color(String strategy) {
    return selecting().indexOf(strategy);
  }

  /** Fully supervised arms that were measured. */
  public List<String> full() {
    return strategies.stream().filter(each -> isFull(each) && !cell(each).isEmpty()).toList();
  }

  /** Labelled shares that any strategy with a curve was measured at, fractions, ascending. */
  public List<Double> budgets() {
    return selecting().stream()
        .flatMap(each -> cell(each).keySet().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** The measurements of all seeds, in the order of the file; none where there is none. */
  public List<Measurement> at(String strategy, double budget) {
    return cell(strategy).getOrDefault(budget, List.of());
  }

  /** Labelled shares that a strategy was measured at, ascending. */
  public Collection<Double> budgetsOf(String strategy) {
    return cell(strategy).keySet();
  }

  /** Mean and spread over the seeds that have a value; null where none has. */
  public @Nullable Spread spread(
      String strategy, double budget, ToDoubleFunction<Measurement> value) {
    double[] values =
        at(strategy, budget).stream()
            .mapToDouble(value)
            .filter(each -> !Double.isNaN(each))
            .toArray();
    return values.length == 0 ? null : Spread.of(values);
  }

  /** The fully supervised mIoU that others are compared with: without consistency, if there is. */
  public @Nullable Spread fullySupervised() {
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
