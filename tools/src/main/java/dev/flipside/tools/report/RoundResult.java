package dev.flipside.tools.report;

import dev.flipside.scorer.metrics.SegmentationMetrics;

/**
 * What one round of one arm reached.
 *
 * @param strategy name of the strategy
 * @param seed seed of the arm
 * @param round number of the round, from 0
 * @param labelledRegions regions labelled when the network was trained
 * @param totalRegions regions of the pool
 * @param metrics measured on the test split
 * @param classEntropy entropy of the class distribution of the labelled pixels, nats; NaN with none
 * @param seconds wall-clock time of the round's stages
 */
public record RoundResult(
    String strategy,
    long seed,
    int round,
    long labelledRegions,
    long totalRegions,
    SegmentationMetrics metrics,
    double classEntropy,
    StageSeconds seconds) {

  /** Share of the pool's regions that is labelled, a fraction. */
  public double labelledFraction() {
    return (double) labelledRegions / totalRegions;
  }

  /**
   * Wall-clock seconds of each stage.
   *
   * @param train fitting and exporting
   * @param evaluate measuring on the test split
   * @param score scoring the pool and selecting
   */
  public record StageSeconds(double train, double evaluate, double score) {}
}
