package dev.flipside.scorer.selection;

import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;

/**
 * A region selected to be labelled.
 *
 * @param rank rank in the selection, from 1
 * @param id ID of the region
 * @param region its rectangle in px
 * @param score its score, finite
 */
public record SelectedRegion(int rank, RegionId id, Region region, float score) {
  /**
   * @throws IllegalArgumentException if {@code rank} is less than 1 or {@code score} is not finite
   */
  public SelectedRegion {
    if (rank < 1 || !Float.isFinite(score)) {
      throw new IllegalArgumentException(
          id
              + ": rank "
              + rank
              + ", score "
              + score
              + ", expected a rank of at least 1 and a finite score");
    }
  }
}
