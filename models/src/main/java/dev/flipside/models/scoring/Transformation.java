package dev.flipside.models.scoring;

import dev.flipside.models.domain.ImageSize;
import java.util.SplittableRandom;

/**
 * A transformation of an image under which the segmentation should only move (EquAL, Table 2). Each
 * has an inverse that maps the scores of a view back to the coordinates of the image.
 */
public sealed interface Transformation {
  /** The identity. */
  record Identity() implements Transformation {}

  /** Horizontal flip, the default second view. */
  record HorizontalFlip() implements Transformation {}

  /** Vertical flip. */
  record VerticalFlip() implements Transformation {}

  /**
   * Counter-clockwise rotation.
   *
   * @param degrees 90 or 180
   */
  record Rotation(int degrees) implements Transformation {
    /**
     * @throws IllegalArgumentException if the angle is not 90 or 180 degrees
     */
    public Rotation {
      if (degrees != 90 && degrees != 180) {
        throw new IllegalArgumentException(
            "rotation by " + degrees + " degrees, expected 90 or 180");
      }
    }
  }

  /**
   * Translation by whole pixels. The edge is repeated on the side that enters the frame; pixels
   * that leave the frame are not scored.
   *
   * @param dy px down, negative for up
   * @param dx px to the right, negative for left
   */
  record Translation(int dy, int dx) implements Transformation {
    /** Distance of the paper, px. */
    public static final int PX = 16;

    /** Draws a translation by 16 px up, down, left or right, as in the paper. */
    public static Translation alongOneAxis(SplittableRandom random) {
      int by = random.nextBoolean() ? PX : -PX;
      return random.nextBoolean() ? new Translation(by, 0) : new Translation(0, by);
    }

    /** Draws a translation by 16 px along both axes. */
    public static Translation alongBothAxes(SplittableRandom random) {
      int dy = random.nextBoolean() ? PX : -PX;
      return new Translation(dy, random.nextBoolean() ? PX : -PX);
    }
  }

  /** Returns the size of the view of an image. */
  default ImageSize viewSize(ImageSize image) {
    return this instanceof Rotation rotation && rotation.degrees() == 90
        ? new ImageSize(/* height= */ image.width(), /* width= */ image.height())
        : image;
  }
}
