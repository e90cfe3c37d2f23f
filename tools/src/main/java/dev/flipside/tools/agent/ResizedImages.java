package dev.flipside.tools.agent;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.image.ImageException;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.tools.files.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The images of a pool at the size of training. Decoding large images in every epoch would take
 * longer than training on them, so their reductions are kept in a folder.
 *
 * @param folder folder of the reductions
 * @param factor factor by which sides are reduced, at least 1
 * @param size size of training: the usual size of the pool, reduced
 */
record ResizedImages(Path folder, int factor, ImageSize size) {
  /** Images whose sizes are looked at, evenly spread over the pool. */
  private static final int SAMPLE = 50;

  /** Rounding of the sides changes the aspect ratio a little. */
  private static final double SAME_ASPECT = 0.05;

  /**
   * Chooses the factor for a pool by the most frequent size of a sample of it.
   *
   * @param pool images; those that cannot be read are passed over
   * @param longestSide sides are at most as long after the reduction
   * @throws FlipsideException if no image can be read
   */
  static ResizedImages of(Path folder, List<PoolImage> pool, int longestSide) {
    ImageSize usual = usualSize(pool);
    int longest = Math.max(usual.height(), usual.width());
    int factor = divideUp(longest, longestSide);
    ImageSize size =
        new ImageSize(divideUp(usual.height(), factor), divideUp(usual.width(), factor));
    return new ResizedImages(folder.resolve(size.toString()), factor, size);
  }

  private static ImageSize usualSize(List<PoolImage> pool) {
    Map<ImageSize, Integer> counts = new LinkedHashMap<>();
    int spacing = Math.max(1, pool.size() / SAMPLE);
    for (int i = 0; i < pool.size(); i += spacing) {
      count(pool.get(i), counts);
    }
    for (int i = 0; i < pool.size() && counts.isEmpty(); i++) {
      count(pool.get(i), counts);
    }
    return counts.entrySet().stream()
        .max(Map.Entry.comparingByValue(Comparator.naturalOrder()))
        .map(Map.Entry::getKey)
        .orElseThrow(
            () ->
                new FlipsideException(
                    "none of the " + pool.size() + " images of the pool can be read"));
  }

  private static void count(PoolImage image, Map<ImageSize, Integer> counts) {
    try {
      counts.merge(ImageReader.probe(image.file()), 1, Integer::sum);
    } catch (ImageException e) {
      // It has no say; it is reported when it is to be trained on.
    }
  }

  private static int divideUp(int side, int by) {
    return (side + by - 1) / by;
  }

  /**
   * Returns the image at the size of training, reducing it if that was not done before; null if its
   * aspect ratio is another one.
   *
   * @throws ImageException if the image cannot be read
   */
  @Nullable PoolImage of(PoolImage image) {
    ImageSize own = ImageReader.probe(image.file());
    double stretch = (double) own.width() * size.height() / ((double) own.height() * size.width());
    if (Math.abs(stretch - 1) > SAME_ASPECT) {
      return null;
    }
    if (factor == 1) {
      ImageReader.read(image.file(), null); // finds damage that the size does not show
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
