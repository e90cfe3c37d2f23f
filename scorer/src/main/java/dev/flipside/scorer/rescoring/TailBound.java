package dev.flipside.scorer.rescoring;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Upper tail of prediction errors, learned from cases of which both the prediction and the truth
 * are known. An error is the truth minus its prediction.
 *
 * <p>Only large errors are harmful, so only the upper tail is described: the excesses of the
 * largest errors over the next largest, {@code u}. They are assumed to decay at least
 * exponentially, which holds for errors that are means over thousands of pixels. Let {@code k} be
 * the number of excesses and {@code S} their sum. For independent exponential excesses of unknown
 * scale, the excess of a further case over {@code S} has a Pareto distribution: {@code P(X > x) =
 * (1 + x/S)^-k}, averaged over the sample and that case. Thus fewer observations widen the bound by
 * the right amount, without an assumption about the scale. (For large {@code k}, this becomes
 * {@code exp(-x k/S)}, the exponential distribution.) Finally, at most {@code (k+1)/(m+1)} of all
 * {@code m} errors are expected above {@code u}.
 *
 * <p>Errors of an image are highly correlated: several of them above {@code u} say little more
 * about the scale than one. Therefore {@code k} is the number of images they come from, and {@code
 * S} is {@code k} times their mean.
 *
 * @param from start of the tail, {@code u}
 * @param count number of images with errors above it, {@code k}
 * @param sum {@code k} times the mean excess, {@code S}
 * @param share expected fraction of all errors above {@code u}
 */
record TailBound(double from, int count, double sum, double share) {
  /** Unknown tail: nothing can be ruled out. */
  static final TailBound UNKNOWN = new TailBound(Double.POSITIVE_INFINITY, 0, 0, 1);

  /** Minimum number of errors to learn from, and minimum number in the tail if there are enough. */
  private static final int LEAST = 8;

  /**
   * Returns the tail of errors that each come from another image; see {@link #of(double[], int[],
   * double)}.
   */
  static TailBound of(double[] errors, double upper) {
    return of(errors, IntStream.range(0, errors.length).toArray(), upper);
  }

  /**
   * Returns the tail of errors, {@link #UNKNOWN} if there are fewer than 8.
   *
   * @param errors errors in any order
   * @param images for each error the number of the image it comes from, at least 0
   * @param upper fraction of the errors that form the tail, above 0 to 0.5: the smaller, the better
   *     the exponential decay holds; at least 8 errors are used, as long as these are at most half
   */
  static TailBound of(double[] errors, int[] images, double upper) {
    if (errors.length < LEAST) {
      return UNKNOWN;
    }
    double[] sorted = errors.clone();
    Arrays.sort(sorted);
    int median = (sorted.length - 1) / 2;
    int described = Math.max(LEAST, (int) (upper * sorted.length));
    double from = sorted[Math.max(median, sorted.length - 1 - described)];
    int excesses = 0;
    double sum = 0;
    BitSet sources = new BitSet();
    for (int i = 0; i < errors.length; i++) {
      if (errors[i] > from) {
        excesses++;
        sum += errors[i] - from;
        sources.set(images[i]);
      }
    }
    int count = sources.cardinality();
    return new TailBound(
        from,
        count,
        count == 0 ? 0 : sum / excesses * count,
        (excesses + 1.0) / (errors.length + 1.0));
  }

  /**
   * Returns the probability that the truth is at least {@code gap} above its prediction; 1 if
   * {@code gap} is not positive.
   */
  double chance(double gap) {
    if (gap <= Math.max(0, from)) {
      return 1;
    }
    return count == 0 ? 0 : share * Math.pow(1 + (gap - from) / sum, -count);
  }

  /**
   * Returns the distance above a prediction that is exceeded with at most this probability, 0 to 1.
   */
  double reach(double chance) {
    if (count == 0 || chance >= share) {
      return Math.max(0, from);
    }
    return Math.max(0, from + sum * (Math.pow(chance / share, -1.0 / count) - 1));
  }
}
