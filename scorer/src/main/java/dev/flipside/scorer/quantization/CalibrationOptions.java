package dev.flipside.scorer.quantization;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.quantization.ActivationHistogram;
import dev.flipside.models.quantization.ActivationRange;
import org.jspecify.annotations.Nullable;

/**
 * How the ranges of a network's inner values are found.
 *
 * @param images how many images of the pool are shown to it, drawn at random, at least 1
 * @param seed of the draw
 * @param size size that images are resized to, or null for that of the first one
 * @param percentile share of the values at either end that a range must reach, in percent: above 50
 *     to 100; 100 takes the least and the largest value, whatever their rarity
 * @param threads threads of a run, at least 1
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
