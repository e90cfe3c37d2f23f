package dev.flipside.trainer.loss;

/**
 * The loss of a batch as numbers.
 *
 * @param crossEntropy of all views, in nats
 * @param consistency of the two views, before its weight; 0 where it is not asked for
 * @param total what is differentiated
 */
public record LossValues(double crossEntropy, double consistency, double total) {
  /** Of nothing. */
  public static final LossValues ZERO = new LossValues(0, 0, 0);

  /** The sum, term by term. */
  public LossValues plus(LossValues other) {
    return new LossValues(
        crossEntropy + other.crossEntropy, consistency + other.consistency, total + other.total);
  }

  /** Whether the total is a number that gradient descent can use. */
  public boolean finite() {
    return Double.isFinite(total);
  }
}
