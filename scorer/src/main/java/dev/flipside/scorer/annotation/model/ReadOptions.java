package dev.flipside.scorer.annotation.model;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.annotation.archive.ArchiveLimits;
import dev.flipside.scorer.image.LabelEncoding;
import java.nio.file.Path;

/**
 * How annotation files are read.
 *
 * @param labels class IDs of label names
 * @param encoding what the values in label maps mean
 * @param maxPixels maximum number of pixels per image; larger images are refused
 * @param limits limits of archives
 * @param scratch existing folder for temporary files
 */
public record ReadOptions(
    LabelClasses labels,
    LabelEncoding encoding,
    long maxPixels,
    ArchiveLimits limits,
    Path scratch) {
  /** Creates options for label maps whose values are class IDs. */
  public ReadOptions(LabelClasses labels, long maxPixels, ArchiveLimits limits, Path scratch) {
    this(labels, LabelEncoding.of(labels.classes()), maxPixels, limits, scratch);
  }

  /**
   * Returns a size given by a file.
   *
   * @throws FlipsideException if a side is not positive, or the image has too many pixels
   */
  public ImageSize size(long height, long width) {
    if (height < 1 || width < 1) {
      throw new FlipsideException(
          "an image of height " + height + " and width " + width + ", expected at least 1");
    }
    if (height > maxPixels || width > maxPixels || height * width > maxPixels) {
      throw new FlipsideException(
          "an image of " + height + "x" + width + " px, expected at most " + maxPixels + " pixels");
    }
    return new ImageSize((int) height, (int) width);
  }
}
