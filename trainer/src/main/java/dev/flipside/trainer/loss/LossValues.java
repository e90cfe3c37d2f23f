package dev.flipside.trainer.loss;

/**
 * The loss of a batch as numbers.
 *
 * @param crossEntropy of all views, in nats
 * @param consistency of the two views, before its weight; 0 where it is not asked for
 * @param total what is differentiated
 */
public record LossValues(double crossEntropy, double consistency, double total) {
  /** Whether the total is a number that gradient descent can use. */
  public boolean finite() {
    return Double.isFinite(total);
  }
}
