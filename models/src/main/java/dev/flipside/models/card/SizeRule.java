package dev.flipside.models.card;

import dev.flipside.models.domain.ImageSize;

/** Which image sizes a network accepts. */
public sealed interface SizeRule {
  /** The size at which the network sees an image. */
  ImageSize networkSize(ImageSize image);

  /** Any size. */
  record Free() implements SizeRule {
    @Override
    public ImageSize networkSize(ImageSize image) {
      return image;
    }

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

    /** {@inheritDoc} The smallest one that holds the image. */
    @Override
    public ImageSize networkSize(ImageSize image) {
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
    private static final long MOST_PIXELS = 1L << 27;

    /**
     * @throws IllegalArgumentException if there are more than 2^27 px
     */
    public Fixed {
      if (size.pixels() > MOST_PIXELS) {
        throw new IllegalArgumentException(
            "input size rule: fixed " + size + ", expected at most " + MOST_PIXELS + " px");
      }
    }

    @Override
    public ImageSize networkSize(ImageSize image) {
      return size;
    }

    @Override
    public String toString() {
      return "fixed " + size;
    }
  }

  /** Any size. */
  SizeRule FREE = new Free();
}
