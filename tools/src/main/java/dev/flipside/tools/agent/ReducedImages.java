package dev.flipside.tools.agent;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.tools.files.Folders;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The images of a pool at the size of training. Decoding large images in every epoch would take
 * longer than training on them, so their reductions are kept in a folder.
 *
 * @param folder folder of the reductions
 * @param factor factor by which sides are reduced, at least 1
 * @param size size of training: that of the first image, reduced
 */
record ReducedImages(Path folder, int factor, ImageSize size) {
  /**
   * Chooses the factor for a pool.
   *
   * @param first an image of the usual size
   * @param longestSide sides are at most as long after the reduction
   */
  static ReducedImages of(Path folder, PoolImage first, int longestSide) {
    ImageSize own = ImageReader.probe(first.file());
    int longest = Math.max(own.height(), own.width());
    int factor = divideUp(longest, longestSide);
    ImageSize size = new ImageSize(divideUp(own.height(), factor), divideUp(own.width(), factor));
    return new ReducedImages(folder.resolve(size.toString()), factor, size);
  }

  private static int divideUp(int side, int by) {
    return (side + by - 1) / by;
  }

  /** Returns the image at the size of training, reducing it if that was not done before. */
  PoolImage of(PoolImage image) {
    if (factor == 1) {
      return image;
    }
    Path file = folder.resolve(image.id() + ".png");
    if (!Files.exists(file)) {
      Folders.createFor(file);
      ImageWriter.writeRgb(file, ImageReader.read(image.file(), size));
    }
    return new PoolImage(image.id(), file);
  }
}
