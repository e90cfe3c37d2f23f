package dev.flipside.trainer.data;

import java.util.Locale;

/**
 * Random changes of training images. All views of an image see the same change.
 *
 * @param minScale smallest scale, above 0; the image is resized by a factor drawn uniformly, then
 *     cropped or padded to the size of training at a random position
 * @param maxScale largest scale, at least {@code minScale}
 * @param jitter largest relative change of brightness, contrast and saturation, 0 to 1
 */
public record Augmentation(double minScale, double maxScale, double jitter) {
  /** No change. */
  public static final Augmentation NONE = new Augmentation(1, 1, 0);

  /** Scale 0.5 to 2 and a color jitter of 0.25. */
  public static final Augmentation STANDARD = new Augmentation(0.5, 2, 0.25);

  private static final double LARGEST = 8;

  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public Augmentation {
    if (!(minScale > 0 && minScale <= maxScale && maxScale <= LARGEST)) {
      throw new IllegalArgumentException(
          "augmentation: scale "
              + minScale
              + " to "
              + maxScale
              + ", expected two ascending factors above 0, at most 8");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException(
          "augmentation: color jitter " + jitter + ", expected 0 to 1");
    }
  }

  /** Returns whether images keep their size. */
  boolean keepsScale() {
    return minScale == 1 && maxScale == 1;
  }

  @Override
  public String toString() {
    return equals(NONE)
        ? "none"
        : String.format(Locale.ROOT, "scale %s to %s, color jitter %s", minScale, maxScale, jitter);
  }
}
