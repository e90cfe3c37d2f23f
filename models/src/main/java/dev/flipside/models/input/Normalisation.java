package dev.flipside.models.input;

import java.util.Collections;
import java.util.List;

/**
 * How raw values become the input of a model: {@code (raw * scale - mean) / std}.
 *
 * @param scale factor for raw values 0 to 255
 * @param mean a value for each channel, in channel order
 * @param std a value for each channel, in channel order
 */
public record Normalisation(float scale, List<Float> mean, List<Float> std) {
  /** Returns {@code raw * scale}. */
  static Normalisation scaled(float scale, int channels) {
    return new Normalisation(
        scale, Collections.nCopies(channels, 0f), Collections.nCopies(channels, 1f));
  }

  /** Returns values from -1 to 1. */
  static Normalisation symmetric(int channels) {
    List<Float> half = Collections.nCopies(channels, 0.5f);
    return new Normalisation(1f / 255, half, half);
  }

  /** Returns whether raw values are only scaled. */
  boolean isPlain() {
    return equals(scaled(scale, mean.size()));
  }
}
