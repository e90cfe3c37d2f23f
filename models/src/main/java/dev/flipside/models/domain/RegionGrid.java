package dev.flipside.models.domain;

/**
 * Divides an image into regions of one size, from the top-left corner. Where the region size does
 * not divide the image, the last row or column holds smaller regions; this type owns that
 * arithmetic.
 *
 * @param image size of the image
 * @param regionHeight height of a full region in px, 1 to the image's height
 * @param regionWidth width of a full region in px, 1 to the image's width
 */
public record RegionGrid(ImageSize image, int regionHeight, int regionWidth) {
  /**
   * @throws IllegalArgumentException if a region is empty or larger than the image
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

  /** Rows of regions: {@code ceil(height / regionHeight)}. */
  public int rows() {
    return (image.height() + regionHeight - 1) / regionHeight;
  }

  /** Columns of regions: {@code ceil(width / regionWidth)}. */
  public int cols() {
    return (image.width() + regionWidth - 1) / regionWidth;
  }

  /** Number of regions. */
  public int count() {
    return Math.multiplyExact(rows(), cols());
  }

  /** Position of a region in row-major order. */
  public int index(int row, int col) {
    requireInside(row, col);
    return row * cols() + col;
  }

  /**
   * The pixels of one region.
   *
   * @throws IndexOutOfBoundsException if the grid has no such region
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
