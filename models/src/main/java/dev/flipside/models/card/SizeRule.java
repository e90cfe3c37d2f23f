package dev.flipside.models.card;

import dev.flipside.models.domain.ImageSize;

/** Constraint on the image sizes that a model accepts. */
public sealed interface SizeRule {
  /** Returns the size of the model input for an image. */
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
   * Height and width must be multiples of a divisor. Other images are padded inside the graph by
   * repeating the last row and column, and scores are cropped to the image.
   *
   * @param divisor divisor in px, 2 to 4096
   */
  record MultipleOf(int divisor) implements SizeRule {
    /**
     * @throws IllegalArgumentException if the divisor is not 2 to 4096
     */
    public MultipleOf {
      if (divisor < 2 || divisor > 4096) {
        throw new IllegalArgumentException(
            "input size rule: multiple of " + divisor + ", expected 2 to 4096 px");
      }
    }

    /** {@inheritDoc} This is the smallest allowed size that covers the image. */
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
   * A single size. Other images are resized inside the graph, and scores are returned at image
   * size.
   *
   * @param size the accepted size, at most 2^27 px
   */
  record Fixed(ImageSize size) implements SizeRule {
    /** Most pixels of an accepted size. */
    public static final long MOST_PIXELS = 1L << 27;

    /**
     * @throws IllegalArgumentException if the size exceeds 2^27 px
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
