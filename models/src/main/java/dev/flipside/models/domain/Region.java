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

  /** Returns whether each edge is at most a number of pixels away from that of another region. */
  public boolean isNear(Region other, int pixels) {
    return Math.abs(y - other.y) <= pixels
        && Math.abs(x - other.x) <= pixels
        && Math.abs(y + height - other.y - other.height) <= pixels
        && Math.abs(x + width - other.x - other.width) <= pixels;
  }

  /** Returns the number of pixels. */
  public long pixels() {
    return (long) height * width;
  }
}
