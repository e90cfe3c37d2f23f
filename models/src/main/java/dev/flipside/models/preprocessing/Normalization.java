package dev.flipside.models.preprocessing;

import java.util.Collections;
import java.util.List;

/**
 * How raw values become the input of a model: {@code (raw * scale - mean) / std}.
 *
 * @param scale factor for raw values 0 to 255
 * @param mean a value for each channel, in channel order
 * @param std a value for each channel, in channel order
 */
public record Normalization(float scale, List<Float> mean, List<Float> std) {
  /** Returns {@code raw * scale}. */
  static Normalization scaled(float scale, int channels) {
    return new Normalization(
        scale, Collections.nCopies(channels, 0f), Collections.nCopies(channels, 1f));
  }

  /** Returns values from -1 to 1. */
  static Normalization symmetric(int channels) {
    List<Float> half = Collections.nCopies(channels, 0.5f);
    return new Normalization(1f / 255, half, half);
  }

  /** Returns the raw values that become 0. */
  List<Float> rawZero() {
    return mean.stream().map(each -> (float) ((double) each / scale)).toList();
  }

  /** Returns whether raw values are only scaled. */
  boolean isPlain() {
    return equals(scaled(scale, mean.size()));
  }
}
