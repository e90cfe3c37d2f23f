package dev.flipside.models.card;

import dev.flipside.models.domain.ImageSize;

/**
 * The input of a model for one image: the image, resized to {@code content}, lies in it at {@code
 * top} and {@code left}; the rest is padding.
 *
 * @param size size of the input
 * @param content size of the resized image
 * @param top rows above the image
 * @param left columns left of the image
 */
public record Canvas(ImageSize size, ImageSize content, int top, int left) {
  /**
   * @throws IllegalArgumentException if the content is not inside
   */
  public Canvas {
    if (top < 0
        || left < 0
        || (long) top + content.height() > size.height()
        || (long) left + content.width() > size.width()) {
      throw new IllegalArgumentException(
          "canvas of " + size + ": content of " + content + " at " + top + "," + left);
    }
  }

  /** Returns an input that the image covers. */
  static Canvas covered(ImageSize size) {
    return new Canvas(size, size, 0, 0);
  }

  /** Returns whether a part of the input is not the image. */
  public boolean isPadded() {
    return !size.equals(content);
  }
}
