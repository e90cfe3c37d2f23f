package dev.flipside.tools.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The range of an axis: round numbers around the values.
 *
 * @param low its lower end
 * @param high its upper end, above the lower
 */
record Scale(double low, double high) {

  /**
   * Round numbers around all points with their spreads.
   *
   * @param value place of a point on the axis
   * @param spread how far it reaches to both sides
   */
  static Scale of(
      List<LineChart.Line> lines,
      LineChart.Axis axis,
      ToDoubleFunction<LineChart.Point> value,
      ToDoubleFunction<LineChart.Point> spread) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (LineChart.Line line : lines) {
      for (LineChart.Point point : line.points()) {
        least = Math.min(least, value.applyAsDouble(point) - spread.applyAsDouble(point));
        most = Math.max(most, value.applyAsDouble(point) + spread.applyAsDouble(point));
      }
    }
    if (axis.fromZero()) {
      least = Math.min(0, least);
      most = Math.max(0, most);
    }
    if (!(most > least)) {
      double around = Math.max(Math.abs(most), 1e-3) / 10;
      least -= axis.fromZero() ? 0 : around;
      most += around;
    }
    double step = step(most - least, 6);
    // The small slack keeps an end that is round but for rounding errors.
    return new Scale(step * Math.floor(least / step + 1e-6), step * Math.ceil(most / step - 1e-6));
  }

  /** Where a value lies, 0 at the lower end to 1 at the upper. */
  double share(double value) {
    return (value - low) / (high - low);
  }

  /** Round numbers from end to end, no more than a count and one. */
  List<Double> ticks(int count) {
    double step = step(high - low, count);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-6); i * step <= high + 1e-6 * step; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** The least of 1, 2, 2.5, 5 times a power of ten of which at most a count fit into a range. */
  private static double step(double range, int count) {
    double power = Math.pow(10, Math.floor(Math.log10(range / count)));
    for (double factor : new double[] {1, 2, 2.5, 5}) {
      if (range / (factor * power) <= count * (1 + 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }
}
