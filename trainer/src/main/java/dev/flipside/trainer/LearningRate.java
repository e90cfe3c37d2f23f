package dev.flipside.trainer;

/**
 * The learning rate of an epoch: {@code initial * factor^(epoch / every)}, a division of integers.
 *
 * @param initial rate of the first epoch
 * @param every epochs after which it is multiplied; 0 for a constant rate
 * @param factor what it is multiplied with, above 0
 */
public record LearningRate(double initial, int every, double factor) {
  /**
   * @throws IllegalArgumentException if the rate or factor is not a positive number or the interval
   *     is negative
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

  /** The same rate in every epoch. */
  public static LearningRate constant(double rate) {
    return new LearningRate(rate, 0, 1);
  }

  /** The rate of an epoch, counted from 0. */
  public double at(int epoch) {
    int changes = every == 0 ? 0 : epoch / every;
    return initial * Math.pow(factor, changes);
  }

  @Override
  public String toString() {
    return every == 0 ? "" + initial : initial + " times " + factor + " every " + every;
  }
}
