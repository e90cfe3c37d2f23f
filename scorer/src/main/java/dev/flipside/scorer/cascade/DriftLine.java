package dev.flipside.scorer.cascade;

import dev.flipside.scorer.cascade.DriftingScores.Pair;
import java.util.ArrayList;
import java.util.List;

/**
 * A line that predicts exact best scores from carried ones. Its slope is that of least squares over
 * some steps, each about its own means, kept within 0 and 1; its height is the median of the last
 * step.
 *
 * @param slope 0 to 1
 * @param height prediction for a carried score of 0
 * @param errors exact less predicted, of all pairs, each step about its own median
 */
record DriftLine(double slope, double height, List<Double> errors) {
  /**
   * The line of some steps.
   *
   * @param steps pairs of each step, the last one at the end; at least one step, none empty
   */
  static DriftLine through(List<List<Pair>> steps) {
    double products = 0;
    double squares = 0;
    for (List<Pair> step : steps) {
      double meanCarried = step.stream().mapToDouble(Pair::carried).average().orElseThrow();
      double meanExact = step.stream().mapToDouble(Pair::exact).average().orElseThrow();
      for (Pair pair : step) {
        products += (pair.carried() - meanCarried) * (pair.exact() - meanExact);
        squares += (pair.carried() - meanCarried) * (pair.carried() - meanCarried);
      }
    }
    double slope = squares == 0 ? 1 : Math.max(0, Math.min(1, products / squares));
    List<Double> errors = new ArrayList<>();
    double height = 0;
    for (List<Pair> step : steps) {
      double[] heights =
          step.stream()
              .mapToDouble(pair -> pair.exact() - slope * pair.carried())
              .sorted()
              .toArray();
      height = heights[(heights.length - 1) / 2];
      for (double each : heights) {
        errors.add(each - height);
      }
    }
    return new DriftLine(slope, height, errors);
  }

  double at(double carried) {
    return height + slope * carried;
  }
}
