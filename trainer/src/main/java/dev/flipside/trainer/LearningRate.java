package dev.flipside.trainer;

/**
 * Step schedule of the learning rate: {@code initial * factor^(epoch / every)}, with integer
 * division.
 *
 * @param initial rate of the first epoch
 * @param every number of epochs after which the rate is multiplied; 0 for a constant rate
 * @param factor multiplier, above 0
 */
public record LearningRate(double initial, int every, double factor) {
  /**
   * @throws IllegalArgumentException if {@code initial} or {@code factor} is not positive and
   *     finite, or {@code every} is negative
   */
  public LearningRate {
    if (!(initial > 0 && Double.isFinite(initial)) || !(factor > 0 && Double.isFinite(factor))) {
      throw new IllegalArgumentException(
          "learning rate " + initial + ", factor " + factor + ": expected numbers above 0");
    }
    if (every < 0) {
      throw new IllegalArgumentException(
          "learning rate: multiplied every " + every + " epochs, expected 0 (never) or more");
    }
  }

  /** Returns a constant rate. */
  public static LearningRate constant(double rate) {
    return new LearningRate(rate, 0, 1);
  }

  /** Returns the rate of an epoch, counted from 0. */
  public double at(int epoch) {
    int changes = every == 0 ? 0 : epoch / every;
    return initial * Math.pow(factor, changes);
  }

  @Override
  public String toString() {
    return every == 0 ? "" + initial : initial + " times " + factor + " every " + every;
  }
}
