package dev.flipside.scorer.rescoring;

import dev.flipside.scorer.rescoring.DriftingScores.Pair;
import java.util.ArrayList;
import java.util.List;

/**
 * A line that predicts exact best scores from carried ones. The slope is fitted by least squares
 * over several steps, each centered at its own means, and limited to 0 to 1; the height is the
 * median of the last step.
 *
 * @param slope 0 to 1
 * @param height prediction for a carried score of 0
 * @param errors exact minus predicted score of all pairs, each step centered at its own median
 */
record DriftLine(double slope, double height, List<Double> errors) {
  /**
   * Fits the line.
   *
   * @param steps pairs of each step, latest last; at least one step, none empty
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
