package dev.flipside.trainer.loss;

/**
 * The loss of a batch as numbers.
 *
 * @param crossEntropy cross-entropy of all views, in nats
 * @param consistency self-consistency of the two views, before its weight; 0 if unused
 * @param total total loss
 */
public record LossValues(double crossEntropy, double consistency, double total) {
  /** Zero loss. */
  public static final LossValues ZERO = new LossValues(0, 0, 0);

  /** Returns the sum, term by term. */
  public LossValues plus(LossValues other) {
    return new LossValues(
        crossEntropy + other.crossEntropy, consistency + other.consistency, total + other.total);
  }

  /** Returns whether the total is finite. */
  public boolean finite() {
    return Double.isFinite(total);
  }
}
