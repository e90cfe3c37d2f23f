package dev.flipside.models.card;

import dev.flipside.models.vocab.ImageSize;

/** Which image sizes a network accepts. */
public sealed interface SizeRule {
  /** Any size. */
  record Free() implements SizeRule {
    @Override
    public String toString() {
      return "free";
    }
  }

  /**
   * Heights and widths that are multiples of a number; other images are padded in the graph, by
   * repeating their last row and column, and scores are cut back to the image.
   *
   * @param divisor in px, at least 2
   */
  record MultipleOf(int divisor) implements SizeRule {
    /**
     * @throws IllegalArgumentException if the divisor is less than 2 or more than 4096
     */
    public MultipleOf {
      if (divisor < 2 || divisor > 4096) {
        throw new IllegalArgumentException(
            "input size rule: multiple of " + divisor + ", expected 2 to 4096 px");
      }
    }

    /** The smallest size that the network accepts and that holds the image. */
    public ImageSize cover(ImageSize image) {
      return new ImageSize(cover(image.height()), cover(image.width()));
    }

    private int cover(int length) {
      return Math.multiplyExact((length + divisor - 1) / divisor, divisor);
    }

    @Override
    public String toString() {
      return "multiple of " + divisor;
    }
  }

  /**
   * One size; other images are resized in the graph, and scores come back at image size.
   *
   * @param size the size that the network accepts
   */
  record Fixed(ImageSize size) implements SizeRule {
    @Override
    public String toString() {
      return "fixed " + size;
    }
  }

  /** Any size. */
  SizeRule FREE = new Free();
}
