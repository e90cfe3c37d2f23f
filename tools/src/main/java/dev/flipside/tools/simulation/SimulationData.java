package dev.flipside.tools.simulation;

import dev.flipside.models.FlipsideException;
import dev.flipside.models.vocab.ClassMap;
import dev.flipside.models.vocab.ImageSize;
import dev.flipside.models.vocab.LabelMap;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.Pool;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A data set whose ground truth plays the annotator.
 *
 * @param root folder that image ids are relative to
 * @param pool images that may be labelled, with their truth
 * @param test images the networks are measured on
 * @param classes what the ids mean
 */
public record SimulationData(
    Path root, List<LabelledImage> pool, List<LabelledImage> test, ClassMap classes) {
  /**
   * @throws FlipsideException if a list is empty
   */
  public SimulationData {
    pool = List.copyOf(pool);
    test = List.copyOf(test);
    if (pool.isEmpty() || test.isEmpty()) {
      throw new FlipsideException(
          root
              + ": "
              + pool.size()
              + " images to label and "
              + test.size()
              + " to test on, expected"
              + " at least one of each");
    }
  }

  /** The images without their labels, as a scorer may see them. */
  Pool unlabelled() {
    return new Pool(root, pool.stream().map(LabelledImage::image).toList());
  }

  /** The images with their truth, by id. */
  Map<String, LabelledImage> byId() {
    Map<String, LabelledImage> byId = new LinkedHashMap<>();
    pool.forEach(each -> byId.put(each.image().id(), each));
    return byId;
  }

  /** The whole ground truth of an image. */
  LabelMap truth(LabelledImage image, ImageSize size) {
    return LabelReader.read(image.label(), classes, size);
  }
}
