package dev.flipside.scorer.selection;

import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.scores.RegionScores;
import java.io.Serializable;
import java.util.Comparator;

/** A region and its score. Two are equal if they are the same region, whatever its score. */
final class RankedRegion implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Score descending, then image ID (by UTF-16 code units), row and column ascending. */
  static final Comparator<RankedRegion> BEST_FIRST =
      Comparator.<RankedRegion>comparingDouble(region -> -region.score)
          .thenComparing(region -> region.image)
          .thenComparingInt(RankedRegion::index);

  private final float score;
  private final String image;
  private final int index;
  private final RegionGrid grid;

  private RankedRegion(float score, String image, int index, RegionGrid grid) {
    this.score = score;
    this.image = image;
    this.index = index;
    this.grid = grid;
  }

  static RankedRegion of(RegionScores scores, int index) {
    // Adding zero maps -0 to 0, so that both are the same score.
    return new RankedRegion(scores.scores()[index] + 0f, scores.image(), index, scores.grid());
  }

  float score() {
    return score;
  }

  /** Returns the position in the grid of the image, row-major. */
  int index() {
    return index;
  }

  SelectedRegion selected(int rank) {
    int row = index / grid.cols();
    int col = index % grid.cols();
    return new SelectedRegion(
        rank, new RegionId(image, row, col), grid.region(row, col), score, grid.image());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RankedRegion that && index == that.index && image.equals(that.image);
  }

  @Override
  public int hashCode() {
    return 31 * image.hashCode() + index;
  }
}
