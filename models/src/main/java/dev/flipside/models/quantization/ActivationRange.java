package dev.flipside.models.quantization;

/**
 * The range of an activation that is mapped to 8 bits. Values outside are clamped.
 *
 * @param min lower bound, at most 0
 * @param max upper bound, at least 0
 */
public record ActivationRange(float min, float max) {
  private static final int STEPS = 255;

  /**
   * @throws IllegalArgumentException if the range does not contain 0 or a bound is not finite
   */
  public ActivationRange {
    if (!(min <= 0 && max >= 0) || Float.isInfinite(min) || Float.isInfinite(max)) {
      throw new IllegalArgumentException(
          "range " + min + " to " + max + ", expected a finite one around 0");
    }
  }

  /** Returns the range after a ReLU. */
  ActivationRange rectified() {
    return new ActivationRange(0, max);
  }

  /** Returns the quantization step; 1 for an empty range. */
  float scale() {
    float scale = (max - min) / STEPS;
    return scale >= Float.MIN_NORMAL ? scale : 1;
  }

  /** Returns the quantized value of 0, from 0 to 255. */
  int zeroPoint() {
    return Math.max(0, Math.min(STEPS, Math.round(-min / scale())));
  }
}
