package dev.flipside.tools.statistics;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A 95 % confidence interval of a mean, from Student's t distribution. It takes the values as
 * independent and their mean as normally distributed.
 *
 * @param low lower end, NaN for a single value
 * @param high upper end, NaN for a single value
 */
public record Interval(double low, double high) {
  private static final double TAIL = 0.025;

  /** Returns the interval of a mean: mean ± t(n-1) · sd / √n. */
  public static Interval of(Spread spread) {
    if (spread.count() < 2) {
      return new Interval(Double.NaN, Double.NaN);
    }
    double t = TDistribution.of(spread.count() - 1).inverseSurvivalProbability(TAIL);
    double half = t * spread.deviation() / Math.sqrt(spread.count());
    return new Interval(spread.mean() - half, spread.mean() + half);
  }

  /** Returns whether all of it lies on one side of 0. */
  public boolean excludesZero() {
    return low > 0 || high < 0;
  }
}
