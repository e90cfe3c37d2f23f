package dev.flipside.scorer.quantization;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.quantization.ActivationHistogram;
import dev.flipside.models.quantization.ActivationRange;
import org.jspecify.annotations.Nullable;

/**
 * Options of the calibration of a quantized model.
 *
 * @param images number of images to draw from the pool at random, at least 1
 * @param seed seed for drawing the images
 * @param size size to which images are resized, or null for the size of the first one
 * @param percentile percentile at which ranges are clipped at either end, above 50 to 100; 100 uses
 *     minimum and maximum
 * @param threads threads per run, at least 1
 */
public record CalibrationOptions(
    int images, long seed, @Nullable ImageSize size, double percentile, int threads) {
  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public CalibrationOptions {
    if (images < 1 || threads < 1 || !(percentile > 50 && percentile <= 100)) {
      throw new IllegalArgumentException(
          "calibration on "
              + images
              + " images at percentile "
              + percentile
              + " with "
              + threads
              + " threads: expected at least 1 image and thread, and a percentile above 50 to 100");
    }
  }

  ActivationRange range(ActivationHistogram values) {
    return percentile == 100 ? values.minMax() : values.percentile(percentile / 100);
  }

  String method() {
    return percentile == 100 ? "minimum and maximum" : "percentile " + percentile;
  }
}
