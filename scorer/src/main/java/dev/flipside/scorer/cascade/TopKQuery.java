package dev.flipside.scorer.cascade;

import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import java.util.List;

/**
 * What a search looks for.
 *
 * @param k how many regions, at least 1
 * @param rules which regions may be among them
 * @param risk what may go wrong, above 0 and below 1; the search says what that means
 */
record TopKQuery(int k, SelectionRules rules, double risk) {
  /**
   * @throws IllegalArgumentException if the risk is out of range
   */
  TopKQuery {
    if (!(risk > 0 && risk < 1)) {
      throw new IllegalArgumentException("risk " + risk + ": expected above 0 and below 1");
    }
  }

  /** The scores of an image's regions that may be selected, descending. */
  List<Double> free(RegionScores scores) {
    TopRegions all = new TopRegions(scores.grid().count(), rules);
    all.offer(scores);
    return all.ranked().stream().map(each -> (double) each.score()).toList();
  }

  /** The K-th best score of those found, -infinity while there are fewer than K. */
  double threshold(TopRegions found) {
    List<SelectedRegion> best = found.ranked();
    return best.size() < k ? Double.NEGATIVE_INFINITY : best.get(k - 1).score();
  }
}
