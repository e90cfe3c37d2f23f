package dev.flipside.scorer.rescoring;

import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.TopRegions;
import java.util.Collection;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Predictions for images that were not scored exactly.
 *
 * @param estimated line that predicts exact scores from first estimates
 * @param refined line that predicts exact scores from refined estimates
 */
record ScorePredictions(ResidualModel.Line estimated, ResidualModel.Line refined) {
  /** Relative tolerance of the comparison of float32 scores on a line. */
  private static final double ROUNDING = 1e-6;

  /** Returns the expected best score of an image; +infinity if there is no estimate. */
  double best(Candidate image) {
    RegionScores scores = image.estimate();
    return scores == null ? Double.POSITIVE_INFINITY : line(image).at(image.max(scores));
  }

  /**
   * Returns a bound on the probability that a region of an image reaches a score: the sum over its
   * regions, at most 1.
   *
   * @param threshold the score
   * @param negligible probability below which a bound suffices
   */
  double chance(Candidate image, double threshold, double negligible) {
    RegionScores scores = image.estimate();
    if (scores == null || threshold == Double.NEGATIVE_INFINITY) {
      return 1;
    }
    ResidualModel.Line line = line(image);
    double reached = threshold - ROUNDING * Math.max(1, Math.abs(threshold));
    int regions = scores.scores().length;
    double bound = regions * line.tail().chance(reached - line.at(image.max(scores)));
    if (bound < negligible) {
      return bound;
    }
    double sum =
        IntStream.range(0, regions)
            .filter(image::isFree)
            .mapToDouble(region -> line.tail().chance(reached - line.at(scores.scores()[region])))
            .sum();
    return Math.min(1, sum);
  }

  /**
   * Returns the K-th best score if all scores are as expected; -infinity if there are fewer than K
   * regions, or if the rules make regions of an image exclude each other.
   *
   * @param found the best regions that are known exactly
   * @param left the images that are not
   */
  double threshold(TopKQuery aim, TopRegions found, Collection<Candidate> left) {
    if (aim.rules().spreads()) {
      return Double.NEGATIVE_INFINITY;
    }
    int k = aim.k();
    PriorityQueue<Double> best = new PriorityQueue<>();
    found.ranked().forEach(region -> keep(best, k, region.score()));
    for (Candidate image : left) {
      RegionScores scores = image.estimate();
      if (scores != null) {
        ResidualModel.Line line = line(image);
        for (int region = 0; region < scores.scores().length; region++) {
          if (image.isFree(region)) {
            keep(best, k, line.at(scores.scores()[region]));
          }
        }
      }
    }
    return best.size() < k ? Double.NEGATIVE_INFINITY : best.element();
  }

  private static void keep(PriorityQueue<Double> best, int k, double score) {
    if (best.size() < k) {
      best.add(score);
    } else if (score > best.element()) {
      best.remove();
      best.add(score);
    }
  }

  private ResidualModel.Line line(Candidate image) {
    return image.refined() != null ? refined : estimated;
  }
}
