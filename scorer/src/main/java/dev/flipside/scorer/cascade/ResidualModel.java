package dev.flipside.scorer.cascade;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How exact scores follow from estimates of one kind: a line of least squares, and the tail of what
 * is left between line and truth. Learned from regions of which both are known.
 *
 * <p>Which regions the line goes through may depend on estimates and on no truth, for then the
 * errors at a given estimate are those of all regions with that estimate, however they were chosen.
 * But most are chosen for high estimates, and there might be images whose estimates are far too
 * low. Those drawn at random would show it: where their largest error is one that the others hardly
 * ever make, their own, far wider tail is believed.
 */
final class ResidualModel {
  /**
   * Share of the errors that tell how the largest are spread: of many errors the largest tenth
   * still is many, and lies where a light tail already decays faster than an exponential one.
   */
  private static final double UPPER = 0.1;

  /** The same for the errors of images drawn at random, which are few. */
  private static final double UPPER_OF_DRAWN = 0.25;

  /** Drawn images err like the others if errors as large as theirs are expected this often. */
  private static final double LEAST_EXPECTED = 0.05;

  private final List<Pair> pairs = new ArrayList<>();

  /** What a region is known for. */
  enum Source {
    /** Its estimate is like those of regions that may be selected. */
    RELEVANT,
    /** The same, and its image was drawn at random. */
    RELEVANT_AND_DRAWN,
    /** It is the best of an image that was drawn at random, whatever its estimate. */
    BEST_OF_DRAWN
  }

  /**
   * A region of which both are known.
   *
   * @param image number of its image, at least 0
   */
  record Pair(double estimate, double truth, int image, Source source) {
    boolean isRelevant() {
      return source != Source.BEST_OF_DRAWN;
    }

    boolean isDrawn() {
      return source != Source.RELEVANT;
    }
  }

  /**
   * What exact scores are expected to be.
   *
   * @param slope exact score for each unit of the estimate
   * @param height exact score for an estimate of 0
   * @param spread how far from it they lie: root of the mean square; +infinity where nothing is
   *     known
   * @param tail how far above the line they may lie
   */
  record Line(double slope, double height, double spread, TailBound tail) {
    double at(double estimate) {
      return height + slope * estimate;
    }
  }

  /** Learns from one more region. */
  void add(Pair pair) {
    pairs.add(pair);
  }

  /** The same fit, and all that more regions tell. */
  ResidualModel with(Collection<Pair> more) {
    ResidualModel fit = new ResidualModel();
    fit.pairs.addAll(pairs);
    fit.pairs.addAll(more);
    return fit;
  }

  /**
   * What follows from all regions so far; nothing can be ruled out where these are fewer than 8.
   */
  Line line() {
    double meanEstimate = relevant().mapToDouble(Pair::estimate).average().orElse(0);
    double meanTruth = relevant().mapToDouble(Pair::truth).average().orElse(0);
    double products = 0;
    double squares = 0;
    for (Pair pair : pairs) {
      if (pair.isRelevant()) {
        double estimate = pair.estimate - meanEstimate;
        products += estimate * (pair.truth - meanTruth);
        squares += estimate * estimate;
      }
    }
    double slope = squares == 0 ? 1 : Math.max(0, products / squares);
    Line line = new Line(slope, meanTruth - slope * meanEstimate, 0, TailBound.UNKNOWN);
    double spread =
        Arrays.stream(errors(line, Pair::isRelevant))
            .map(error -> error * error)
            .average()
            .orElse(Double.POSITIVE_INFINITY);
    return new Line(line.slope, line.height, Math.sqrt(spread), tail(line));
  }

  private Stream<Pair> relevant() {
    return pairs.stream().filter(Pair::isRelevant);
  }

  private TailBound tail(Line line) {
    TailBound ofAll = tail(line, Pair::isRelevant, UPPER);
    double[] ofDrawn = errors(line, Pair::isDrawn);
    double largest = Arrays.stream(ofDrawn).max().orElse(0);
    return ofDrawn.length == 0 || ofDrawn.length * ofAll.chance(largest) >= LEAST_EXPECTED
        ? ofAll
        : tail(line, Pair::isDrawn, UPPER_OF_DRAWN);
  }

  private TailBound tail(Line line, Predicate<Pair> which, double upper) {
    int[] images = pairs.stream().filter(which).mapToInt(Pair::image).toArray();
    return TailBound.of(errors(line, which), images, upper);
  }

  private double[] errors(Line line, Predicate<Pair> which) {
    return pairs.stream()
        .filter(which)
        .mapToDouble(pair -> pair.truth - line.at(pair.estimate))
        .toArray();
  }
}
