package dev.flipside.scorer.cascade;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * How far predictions fall short, learned from cases of which both the prediction and the truth are
 * known. An error is the truth less its prediction.
 *
 * <p>Only large errors can do harm, so only the upper tail is described: the excesses of the
 * largest errors over the next largest, {@code u}. They are taken to decay at least exponentially,
 * which errors that are means over thousands of pixels do. Let {@code k} be the number of excesses
 * and {@code S} their sum. For independent exponential excesses of unknown scale, the excess of a
 * further case over {@code S} follows a Pareto law: {@code P(X > x) = (1 + x/S)^-k}, averaged over
 * the sample and that case alike. So few observations widen the bound by just what their fewness
 * asks for, and nothing must be assumed about the scale. (With {@code k} growing this becomes
 * {@code exp(-x k/S)}, the exponential law itself.) Finally, at most {@code (k+1)/(m+1)} of all
 * {@code m} errors are expected above {@code u}.
 *
 * <p>Errors of one image are much alike: several of them above {@code u} tell hardly more of the
 * scale than one does. So {@code k} counts the images they come from, and {@code S} is as many
 * times their mean.
 *
 * @param from where the tail begins
 * @param count number of images with errors above it
 * @param sum as many times the mean excess
 * @param share expected share of all errors above it
 */
record TailBound(double from, int count, double sum, double share) {
  /** Nothing can be ruled out. */
  static final TailBound UNKNOWN = new TailBound(Double.POSITIVE_INFINITY, 0, 0, 1);

  /** Fewer errors than this say nothing, and so many are described where there are enough. */
  private static final int LEAST = 8;

  /** The tail of errors of an image each; see {@link #of(double[], int[], double)}. */
  static TailBound of(double[] errors, double upper) {
    return of(errors, IntStream.range(0, errors.length).toArray(), upper);
  }

  /**
   * The tail of some errors, {@link #UNKNOWN} of fewer than 8.
   *
   * @param errors in any order
   * @param images for each error the number of the image it comes from, at least 0
   * @param upper share of the errors that is described, above 0 to 0.5: the fewer, the better the
   *     exponential decay holds; at least 8 are, as long as these are not more than half
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
   * The chance that the truth lies at least so far above its prediction; 1 where that is no
   * distance.
   */
  double chance(double gap) {
    if (gap <= Math.max(0, from)) {
      return 1;
    }
    return count == 0 ? 0 : share * Math.pow(1 + (gap - from) / sum, -count);
  }

  /** The distance above a prediction that is exceeded with no more than this chance, 0 to 1. */
  double reach(double chance) {
    if (count == 0 || chance >= share) {
      return Math.max(0, from);
    }
    return Math.max(0, from + sum * (Math.pow(chance / share, -1.0 / count) - 1));
  }
}
