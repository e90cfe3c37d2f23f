package dev.flipside.models.domain;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Identifies a region of a pool. The natural order (image, then row, then column, ascending)
 * decides between regions of equal score.
 *
 * @param image ID of the image: its path relative to the folder of the pool, with {@code /}
 * @param row row of the region in its grid, from 0 at the top
 * @param col column of the region in its grid, from 0 at the left
 */
public record RegionId(String image, int row, int col)
    implements Comparable<RegionId>, Serializable {
  private static final Comparator<RegionId> ORDER =
      Comparator.comparing(RegionId::image)
          .thenComparingInt(RegionId::row)
          .thenComparingInt(RegionId::col);

  /**
   * @throws IllegalArgumentException if the image ID is blank or an index is negative
   */
  public RegionId {
    if (image.isBlank() || row < 0 || col < 0) {
      throw new IllegalArgumentException(
          "region \""
              + image
              + "\" row="
              + row
              + " col="
              + col
              + ": expected an image id and indices of at least 0");
    }
  }

  @Override
  public int compareTo(RegionId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return image + "[" + row + "," + col + "]";
  }
}
