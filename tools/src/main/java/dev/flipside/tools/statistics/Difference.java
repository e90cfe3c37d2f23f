package dev.flipside.tools.statistics;

/**
 * Differences of two strategies over the seeds that both have: the pairs differ in the strategy
 * alone, so what a seed adds to both cancels out.
 *
 * @param strategy the first strategy
 * @param against the strategy that is subtracted
 * @param spread differences over the seeds
 * @param wins seeds where the first is higher
 * @param losses seeds where the second is higher
 */
public record Difference(String strategy, String against, Spread spread, int wins, int losses) {
  /**
   * Returns the differences of pairs.
   *
   * @param values values of the first strategy, one per seed, at least one
   * @param others values of the second for the same seeds
   */
  static Difference of(String strategy, String against, double[] values, double[] others) {
    double[] differences = new double[values.length];
    int wins = 0;
    int losses = 0;
    for (int i = 0; i < values.length; i++) {
      differences[i] = values[i] - others[i];
      wins += differences[i] > 0 ? 1 : 0;
      losses += differences[i] < 0 ? 1 : 0;
    }
    return new Difference(strategy, against, Spread.of(differences), wins, losses);
  }

  /** Returns the 95 % interval of the mean difference. */
  public Interval interval() {
    return Interval.of(spread);
  }
}
