package dev.flipside.tools.results;

import dev.flipside.scorer.metrics.SegmentationMetrics;
import java.util.Locale;

/**
 * What one network of one arm reached.
 *
 * @param strategy name of the strategy
 * @param seed seed of the arm
 * @param round selections before it
 * @param phase which network was measured
 * @param labelledRegions regions labelled when the network was trained
 * @param totalRegions regions of the pool
 * @param metrics measured on the test split
 * @param classEntropy entropy of the class distribution of the labelled pixels, nats; NaN with none
 * @param seconds wall-clock time of the stages that belong to this result
 * @param scoredImages images of the pool scored meanwhile
 */
public record RoundResult(
    String strategy,
    long seed,
    int round,
    Phase phase,
    long labelledRegions,
    long totalRegions,
    SegmentationMetrics metrics,
    double classEntropy,
    StageSeconds seconds,
    long scoredImages) {

  /** Share of the pool's regions that is labelled, a fraction. */
  public double labelledFraction() {
    return (double) labelledRegions / totalRegions;
  }

  /** Which network was measured. */
  public enum Phase {
    /** The one that selects. */
    SELECT,
    /** One trained for a budget with the losses of the final stage. */
    FINAL;

    /** As in {@code results.csv}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
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
