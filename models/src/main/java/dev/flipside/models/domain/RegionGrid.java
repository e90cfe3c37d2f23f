package dev.flipside.models.domain;

import java.io.Serializable;

/**
 * Divides an image into regions of one size, starting at the top-left corner. If the region size
 * does not divide the image size, the regions of the last row or column are smaller.
 *
 * @param image size of the image
 * @param regionHeight height of a full region in px, 1 to the height of the image
 * @param regionWidth width of a full region in px, 1 to the width of the image
 */
public record RegionGrid(ImageSize image, int regionHeight, int regionWidth)
    implements Serializable {
  /**
   * @throws IllegalArgumentException if the region size is less than 1 or larger than the image
   */
  public RegionGrid {
    if (regionHeight < 1
        || regionWidth < 1
        || regionHeight > image.height()
        || regionWidth > image.width()) {
      throw new IllegalArgumentException(
          "region size "
              + regionHeight
              + "x"
              + regionWidth
              + " on an image of "
              + image
              + ": expected 1x1 to "
              + image);
    }
  }

  /** Returns the number of rows: {@code ceil(height / regionHeight)}. */
  public int rows() {
    return (image.height() + regionHeight - 1) / regionHeight;
  }

  /** Returns the number of columns: {@code ceil(width / regionWidth)}. */
  public int cols() {
    return (image.width() + regionWidth - 1) / regionWidth;
  }

  /** Returns the number of regions. */
  public int count() {
    return Math.multiplyExact(rows(), cols());
  }

  /** Returns the position of a region in row-major order. */
  public int index(int row, int col) {
    requireInside(row, col);
    return row * cols() + col;
  }

  /**
   * Returns the rectangle of a region, in px.
   *
   * @throws IndexOutOfBoundsException if the grid does not have the region
   */
  public Region region(int row, int col) {
    requireInside(row, col);
    int y = row * regionHeight;
    int x = col * regionWidth;
    return new Region(
        y, x, Math.min(regionHeight, image.height() - y), Math.min(regionWidth, image.width() - x));
  }

  private void requireInside(int row, int col) {
    if (row < 0 || col < 0 || row >= rows() || col >= cols()) {
      throw new IndexOutOfBoundsException(
          "region [" + row + "," + col + "]: the grid has " + rows() + "x" + cols() + " regions");
    }
  }
}
