package dev.flipside.models.scoring;

import dev.flipside.models.domain.ImageSize;

/**
 * A change of view under which segmentation should only move (Table 2 of the paper). Every one has
 * an inverse that brings the scores of a view back to the coordinates of the image.
 */
public sealed interface Transformation {
  /** The image as it is. */
  record Identity() implements Transformation {}

  /** Left and right swapped, the default second view. */
  record HorizontalFlip() implements Transformation {}

  /** Top and bottom swapped. */
  record VerticalFlip() implements Transformation {}

  /**
   * Turned counter-clockwise.
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
   * Moved by whole pixels. The border that comes into the frame repeats the edge; the pixels that
   * leave the frame are not scored.
   *
   * @param dy px down, negative for up
   * @param dx px to the right, negative for left
   */
  record Translation(int dy, int dx) implements Transformation {}

  /** Size of the view of an image. */
  default ImageSize viewSize(ImageSize image) {
    return this instanceof Rotation rotation && rotation.degrees() == 90
        ? new ImageSize(/* height= */ image.width(), /* width= */ image.height())
        : image;
  }
}
