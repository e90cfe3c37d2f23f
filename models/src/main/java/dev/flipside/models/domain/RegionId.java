package dev.flipside.models.domain;

import java.util.Comparator;

/**
 * Names one region of a pool. The natural order (image, then row, then column, all ascending) is
 * the order in which regions of equal score are selected.
 *
 * @param image id of the image: its path relative to the pool's folder, with {@code /}
 * @param row row of the region in its grid, from 0 at the top
 * @param col column of the region in its grid, from 0 at the left
 */
public record RegionId(String image, int row, int col) implements Comparable<RegionId> {
  private static final Comparator<RegionId> ORDER =
      Comparator.comparing(RegionId::image)
          .thenComparingInt(RegionId::row)
          .thenComparingInt(RegionId::col);

  /**
   * @throws IllegalArgumentException if the image id is blank or an index is negative
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
