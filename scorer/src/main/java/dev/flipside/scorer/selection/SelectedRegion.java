package dev.flipside.scorer.selection;

import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;

/**
 * A region that was chosen to be labelled.
 *
 * @param rank place in the selection, from 1
 * @param id names the region
 * @param region its pixels
 * @param score its score, finite
 */
public record SelectedRegion(int rank, RegionId id, Region region, float score) {
  /**
   * @throws IllegalArgumentException if the rank is below 1 or the score not finite
   */
  public SelectedRegion {
    if (rank < 1 || !Float.isFinite(score)) {
      throw new IllegalArgumentException(
          id + ": rank " + rank + ", score " + score + ", expected a rank of at least 1, finite");
    }
  }
}
