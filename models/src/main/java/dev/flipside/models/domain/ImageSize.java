package dev.flipside.models.domain;

import java.io.Serializable;

/**
 * The size of an image in px, height first as everywhere in Flipside.
 *
 * @param height height in px, at least 1
 * @param width width in px, at least 1
 */
public record ImageSize(int height, int width) implements Serializable {
  /**
   * @throws IllegalArgumentException if a side is not positive
   */
  public ImageSize {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "image size " + height + "x" + width + ": expected a height and a width of at least 1");
    }
  }

  /**
   * Parses {@code HxW}, height first, for example {@code 180x240}.
   *
   * @throws IllegalArgumentException if the text is not two positive integers separated by {@code
   *     x}
   */
  public static ImageSize parse(String text) {
    int[] pair = PairParser.parse(text, "size", "HxW, height first, for example 180x240");
    return new ImageSize(pair[0], pair[1]);
  }

  /** Returns the number of pixels. */
  public long pixels() {
    return (long) height * width;
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
