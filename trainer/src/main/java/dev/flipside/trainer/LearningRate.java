package dev.flipside.trainer;

/**
 * Learning rate over a training.
 *
 * @param initial rate of the first step
 * @param decay how it changes
 */
public record LearningRate(double initial, Decay decay) {
  /** Exponent of the polynomial schedule in DeepLab and most of its successors. */
  public static final double POLY_POWER = 0.9;

  /**
   * @throws IllegalArgumentException if {@code initial} is not positive and finite
   */
  public LearningRate {
    if (!(initial > 0 && Double.isFinite(initial))) {
      throw new IllegalArgumentException(
          "learning rate " + initial + ": expected a number above 0");
    }
  }

  /** Returns a constant rate. */
  public static LearningRate constant(double rate) {
    return steps(rate, 0, 1);
  }

  /**
   * Returns a rate that is multiplied by {@code factor} every so many epochs.
   *
   * @param every number of epochs; 0 for a constant rate
   * @throws IllegalArgumentException if {@code every} is negative or {@code factor} is not positive
   */
  public static LearningRate steps(double rate, int every, double factor) {
    return new LearningRate(rate, new Decay.Steps(every, factor));
  }

  /** Returns a rate that falls to 0 as {@code (1 - t)^0.9}, t from 0 to 1 over the training. */
  public static LearningRate poly(double rate) {
    return new LearningRate(rate, new Decay.Poly(POLY_POWER));
  }

  /** Returns a copy with another initial rate. */
  public LearningRate withInitial(double rate) {
    return new LearningRate(rate, decay);
  }

  /**
   * Returns the rate of a step.
   *
   * @param epoch completed epochs, with the completed fraction of the current one
   * @param epochs epochs of the training
   */
  public double at(double epoch, int epochs) {
    return initial * decay.factor(epoch, epochs);
  }

  @Override
  public String toString() {
    return initial + decay.toString();
  }

  /** A schedule. */
  public sealed interface Decay {
    /** Returns the factor of the initial rate; see {@link LearningRate#at}. */
    double factor(double epoch, int epochs);

    /** Multiplied every so many epochs. */
    record Steps(int every, double factor) implements Decay {
      /**
       * @throws IllegalArgumentException if {@code every} is negative or {@code factor} is not
       *     positive
       */
      public Steps {
        if (!(factor > 0 && Double.isFinite(factor)) || every < 0) {
          throw new IllegalArgumentException(
              "learning rate: times "
                  + factor
                  + " every "
                  + every
                  + " epochs, expected a factor above 0 and 0 (never) or more epochs");
        }
      }

      @Override
      public double factor(double epoch, int epochs) {
        int changes = every == 0 ? 0 : (int) epoch / every;
        return Math.pow(factor, changes);
      }

      @Override
      public String toString() {
        return every == 0 ? "" : " times " + factor + " every " + every;
      }
    }

    /** {@code (1 - t)^power}; t is the completed share of the training. */
    record Poly(double power) implements Decay {
      @Override
      public double factor(double epoch, int epochs) {
        return Math.pow(Math.max(0, 1 - epoch / epochs), power);
      }

      @Override
      public String toString() {
        return " poly " + power;
      }
    }
  }
}
