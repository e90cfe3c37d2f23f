package dev.flipside.scorer.selection;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How far estimates fall short, learned from images of which both the estimate and the exact value
 * are known. An image's error is its exact best score less its estimated best score.
 *
 * <p>Only large errors can do harm, so only the upper tail is described: the excesses of the larger
 * half of the errors over the median {@code u}. They are taken to decay at least exponentially,
 * which errors that are means over thousands of pixels do. Let {@code k} be the number of excesses
 * and {@code S} their sum. For independent exponential excesses of unknown scale, the excess of a
 * further image over {@code S} follows a Pareto law: {@code P(X > x) = (1 + x/S)^-k}, averaged over
 * the sample and that image alike. So few observations widen the bound by just what their fewness
 * asks for, and nothing must be assumed about the scale. (With {@code k} growing this becomes
 * {@code exp(-x k/S)}, the exponential law itself.) Finally, at most {@code (k+1)/(m+1)} of all
 * errors are expected above the median of {@code m}.
 *
 * <p>Two groups are kept apart, and the more pessimistic of the two is believed: images drawn at
 * random, which stand for every image, and images that were chosen for their high estimates, which
 * stand for those near the threshold. Mixed into one group the many chosen ones, whose estimates
 * are rather too high than too low, would make the bound too narrow.
 */
final class ErrorBound {
  /** Fewer errors than this say nothing. */
  private static final int LEAST = 8;

  private final double upper;
  private final List<Double> drawn = new ArrayList<>();
  private final List<Double> chosen = new ArrayList<>();

  /** Describes the excesses over the median. */
  ErrorBound() {
    this(0.5);
  }

  /**
   * Describes the excesses of fewer of the largest errors, for many errors: the further out, the
   * better the exponential decay holds.
   *
   * @param upper share of the errors that is described, above 0 to 0.5; at least 8 errors are, as
   *     long as these are not more than half
   */
  ErrorBound(double upper) {
    this.upper = upper;
  }

  /** The error of an image that was drawn at random. */
  void addDrawn(double error) {
    drawn.add(error);
  }

  /** The error of an image that was chosen for its high estimate. */
  void addChosen(double error) {
    chosen.add(error);
  }

  /** The tails that are known so far. */
  Tails tails() {
    return new Tails(
        tail(drawn), chosen.size() < LEAST ? Tail.NONE : tail(chosen), drawn.size() >= LEAST);
  }

  private Tail tail(List<Double> errors) {
    if (errors.isEmpty()) {
      return Tail.NONE;
    }
    List<Double> sorted = new ArrayList<>(errors);
    Collections.sort(sorted);
    int median = (sorted.size() - 1) / 2;
    int described = Math.max(LEAST, (int) (upper * sorted.size()));
    double from = sorted.get(Math.max(median, sorted.size() - 1 - described));
    int count = 0;
    double sum = 0;
    for (double error : sorted) {
      if (error > from) {
        count++;
        sum += error - from;
      }
    }
    return new Tail(from, count, sum, (count + 1.0) / (sorted.size() + 1.0));
  }

  /** What the errors seen so far say about an image that is not known exactly. */
  record Tails(Tail drawn, Tail chosen, boolean enough) {
    /** The chance that an image's exact best lies at least so far above its estimate. */
    double chance(double gap) {
      return enough ? Math.max(drawn.chance(gap), chosen.chance(gap)) : 1;
    }

    /** The distance above an estimate that is exceeded with no more than this chance, 0 to 1. */
    double reach(double chance) {
      return enough ? Math.max(drawn.reach(chance), chosen.reach(chance)) : Double.MAX_VALUE;
    }
  }

  /**
   * The upper tail of one group.
   *
   * @param from where it begins: the median or a higher error
   * @param count number of errors above it
   * @param sum sum of their excesses
   * @param share expected share of all errors above it
   */
  record Tail(double from, int count, double sum, double share) {
    static final Tail NONE = new Tail(Double.NEGATIVE_INFINITY, 0, 0, 0);

    double chance(double gap) {
      if (gap <= from) {
        return 1;
      }
      return count == 0 ? 0 : share * Math.pow(1 + (gap - from) / sum, -count);
    }

    double reach(double chance) {
      if (count == 0 || chance >= share) {
        return from;
      }
      return from + sum * (Math.pow(chance / share, -1.0 / count) - 1);
    }
  }
}
