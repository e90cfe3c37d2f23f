package dev.flipside.models.domain;

/**
 * A rectangle of pixels: rows {@code [y, y + height)}, columns {@code [x, x + width)}.
 *
 * @param y first row, at least 0
 * @param x first column, at least 0
 * @param height height in px, at least 1
 * @param width width in px, at least 1
 */
public record Region(int y, int x, int height, int width) {
  /**
   * @throws IllegalArgumentException if the rectangle is empty or has a negative start
   */
  public Region {
    if (y < 0 || x < 0 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "region y="
              + y
              + " x="
              + x
              + " height="
              + height
              + " width="
              + width
              + ": expected y, x of at least 0 and height, width of at least 1");
    }
  }

  /** Returns the number of pixels. */
  public long pixels() {
    return (long) height * width;
  }
}
