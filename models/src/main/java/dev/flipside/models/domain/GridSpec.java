package dev.flipside.models.domain;

/**
 * A grid of regions as the user specifies it; converted to a {@link RegionGrid} for an image of a
 * known size.
 */
public sealed interface GridSpec {
  /** Returns the grid for an image size. */
  RegionGrid on(ImageSize image);

  /**
   * A number of rows and columns. The region size is {@code ceil(H / rows) x ceil(W / cols)}, so an
   * image may get fewer rows or columns than specified, never more.
   *
   * @param rows maximum number of rows, at least 1
   * @param cols maximum number of columns, at least 1
   */
  record Counts(int rows, int cols) implements GridSpec {
    /**
     * @throws IllegalArgumentException if a count is not positive
     */
    public Counts {
      if (rows < 1 || cols < 1) {
        throw new IllegalArgumentException(
            "grid " + rows + "x" + cols + ": expected at least 1 row and 1 column");
      }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the image has fewer pixel rows or columns than the grid
     */
    @Override
    public RegionGrid on(ImageSize image) {
      if (rows > image.height() || cols > image.width()) {
        throw new IllegalArgumentException(
            "grid "
                + this
                + " on an image of "
                + image
                + " px: a region would be less than one px; expected at most "
                + image.height()
                + " rows and "
                + image.width()
                + " columns");
      }
      return new RegionGrid(
          image, (image.height() + rows - 1) / rows, (image.width() + cols - 1) / cols);
    }

    @Override
    public String toString() {
      return rows + "x" + cols;
    }
  }

  /**
   * Regions of a fixed size, clipped to smaller images.
   *
   * @param height height of a region in px, at least 1
   * @param width width of a region in px, at least 1
   */
  record RegionSize(int height, int width) implements GridSpec {
    /**
     * @throws IllegalArgumentException if a side is not positive
     */
    public RegionSize {
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "region " + height + "x" + width + ": expected at least 1x1 px");
      }
    }

    @Override
    public RegionGrid on(ImageSize image) {
      return new RegionGrid(
          image, Math.min(height, image.height()), Math.min(width, image.width()));
    }

    @Override
    public String toString() {
      return height + "x" + width + " px";
    }
  }

  /**
   * Parses {@code RxC}, rows first, for example {@code 5x5}.
   *
   * @throws IllegalArgumentException if the text is not two positive integers separated by {@code
   *     x}
   */
  static Counts parseCounts(String text) {
    int[] pair = PairParser.parse(text, "grid", "RxC, rows first, for example 5x5");
    return new Counts(pair[0], pair[1]);
  }

  /**
   * Parses {@code HxW} in px, height first, for example {@code 72x96}.
   *
   * @throws IllegalArgumentException if the text is not two positive integers separated by {@code
   *     x}
   */
  static RegionSize parseRegionSize(String text) {
    int[] pair = PairParser.parse(text, "region", "HxW in px, height first, for example 72x96");
    return new RegionSize(pair[0], pair[1]);
  }
}
