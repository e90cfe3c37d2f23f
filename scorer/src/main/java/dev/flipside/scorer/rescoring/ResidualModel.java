package dev.flipside.scorer.rescoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Model of the relation between one kind of estimate and exact scores: a least-squares line and the
 * upper tail of the residuals. Fitted to regions of which both are known.
 *
 * <p>The choice of regions for the line may depend on estimates but not on exact scores: then the
 * errors at a given estimate are those of all regions with that estimate. Most regions are chosen
 * for high estimates, but there might be images whose estimates are far too low. The random sample
 * reveals these: if its largest error is one that the others hardly ever make, the wider tail of
 * the sample is used.
 */
final class ResidualModel {
  /**
   * Fraction of the errors that describe the upper tail. With many errors, the largest tenth is
   * still many and lies where a light tail already decays faster than exponentially.
   */
  private static final double UPPER = 0.1;

  /** The same fraction for the errors of the random sample, which are few. */
  private static final double UPPER_OF_DRAWN = 0.25;

  /**
   * The errors of the sample are like the others if errors as large as theirs are expected this
   * often.
   */
  private static final double LEAST_EXPECTED = 0.05;

  private final List<Pair> pairs = new ArrayList<>();

  /** Role of a region in the fit. */
  enum Source {
    /** Its estimate is like those of regions that may be selected. */
    RELEVANT,
    /** The same, and its image is in the random sample. */
    RELEVANT_AND_DRAWN,
    /** It is the best region of an image of the random sample, whatever its estimate. */
    BEST_OF_DRAWN
  }

  /**
   * A region with its estimate and its exact score.
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
   * Prediction of exact scores.
   *
   * @param slope exact score per unit of the estimate
   * @param height exact score for an estimate of 0
   * @param spread root mean square of the residuals; +infinity if unknown
   * @param tail upper tail of the residuals
   */
  record Line(double slope, double height, double spread, TailBound tail) {
    double at(double estimate) {
      return height + slope * estimate;
    }
  }

  /** Adds a region. */
  void add(Pair pair) {
    pairs.add(pair);
  }

  /** Returns a copy of this model with more regions. */
  ResidualModel with(Collection<Pair> more) {
    ResidualModel fit = new ResidualModel();
    fit.pairs.addAll(pairs);
    fit.pairs.addAll(more);
    return fit;
  }

  /** Returns the fit to all regions so far; with fewer than 8, nothing can be ruled out. */
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
