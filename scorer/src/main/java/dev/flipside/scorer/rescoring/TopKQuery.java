package dev.flipside.scorer.rescoring;

import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import java.util.List;

/**
 * Query for the K best regions.
 *
 * @param k number of regions, at least 1
 * @param rules rules the regions must satisfy
 * @param risk accepted risk, above 0 and below 1; its meaning depends on the search
 */
record TopKQuery(int k, SelectionRules rules, double risk) {
  /**
   * @throws IllegalArgumentException if {@code risk} is out of range
   */
  TopKQuery {
    if (!(risk > 0 && risk < 1)) {
      throw new IllegalArgumentException("risk " + risk + ": expected above 0 and below 1");
    }
  }

  /** Returns the scores of the regions of an image that may be selected, descending. */
  List<Double> free(RegionScores scores) {
    TopRegions all = new TopRegions(scores.grid().count(), rules);
    all.offer(scores);
    return all.ranked().stream().map(each -> (double) each.score()).toList();
  }

  /** Returns the K-th best score of the regions found, -infinity while there are fewer than K. */
  double threshold(TopRegions found) {
    List<SelectedRegion> best = found.ranked();
    return best.size() < k ? Double.NEGATIVE_INFINITY : best.get(k - 1).score();
  }
}
