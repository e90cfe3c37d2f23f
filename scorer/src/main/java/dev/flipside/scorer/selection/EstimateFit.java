package dev.flipside.scorer.selection;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How exact scores follow from estimates of one kind: a line of least squares, and the tail of what
 * is left between line and truth. Learned from regions of which both are known.
 *
 * <p>Which regions these are may depend on the estimates and on nothing else, for then the errors
 * at a given estimate are those of all regions with that estimate, however they were chosen. But
 * most are chosen for high estimates, and there might be images whose estimates are far too low.
 * Those of images drawn at random would show it: where their largest error is one that the others
 * hardly ever make, their own, far wider tail is believed.
 */
final class EstimateFit {
  /**
   * Share of the errors that tell how the largest are spread: of many errors the largest tenth
   * still is many, and lies where a light tail already decays faster than an exponential one.
   */
  private static final double UPPER = 0.1;

  /** The same for the errors of images drawn at random, which are few. */
  private static final double UPPER_OF_DRAWN = 0.25;

  /** Drawn images err like the others if errors as large as theirs are expected this often. */
  private static final double LEAST_EXPECTED = 0.05;

  private double[] estimates = new double[64];
  private double[] truths = new double[64];
  private boolean[] drawn = new boolean[64];
  private int count;

  /**
   * What exact scores are expected to be.
   *
   * @param slope exact score for each unit of the estimate
   * @param height exact score for an estimate of 0
   * @param tail how far above the line they may lie
   */
  record Line(double slope, double height, ErrorTail tail) {
    double at(double estimate) {
      return height + slope * estimate;
    }
  }

  /**
   * One more region of which both are known.
   *
   * @param atRandom whether its image was drawn at random
   */
  void add(double estimate, double truth, boolean atRandom) {
    if (count == estimates.length) {
      estimates = Arrays.copyOf(estimates, 2 * count);
      truths = Arrays.copyOf(truths, 2 * count);
      drawn = Arrays.copyOf(drawn, 2 * count);
    }
    estimates[count] = estimate;
    truths[count] = truth;
    drawn[count] = atRandom;
    count++;
  }

  /**
   * What follows from all regions so far; nothing can be ruled out where these are fewer than 8.
   */
  Line line() {
    double meanEstimate = mean(estimates);
    double meanTruth = mean(truths);
    double products = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double estimate = estimates[i] - meanEstimate;
      products += estimate * (truths[i] - meanTruth);
      squares += estimate * estimate;
    }
    double slope = squares == 0 ? 1 : Math.max(0, products / squares);
    double height = meanTruth - slope * meanEstimate;
    double[] errors = new double[count];
    for (int i = 0; i < count; i++) {
      errors[i] = truths[i] - (height + slope * estimates[i]);
    }
    return new Line(slope, height, tail(errors));
  }

  private ErrorTail tail(double[] errors) {
    ErrorTail ofAll = ErrorTail.of(errors, UPPER);
    double[] ofDrawn =
        IntStream.range(0, count).filter(i -> drawn[i]).mapToDouble(i -> errors[i]).toArray();
    double largest = Arrays.stream(ofDrawn).max().orElse(Double.NEGATIVE_INFINITY);
    return ofDrawn.length * ofAll.chance(largest) >= LEAST_EXPECTED || ofDrawn.length == 0
        ? ofAll
        : ErrorTail.of(ofDrawn, UPPER_OF_DRAWN);
  }

  private double mean(double[] values) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i];
    }
    return count == 0 ? 0 : sum / count;
  }
}
