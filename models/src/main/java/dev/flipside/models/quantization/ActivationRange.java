package dev.flipside.models.quantization;

/**
 * The values of an activation that eight bits can tell apart; what lies outside is clamped.
 *
 * @param min least value, at most 0
 * @param max largest value, at least 0
 */
public record ActivationRange(float min, float max) {
  private static final int STEPS = 255;

  /**
   * @throws IllegalArgumentException if 0 lies outside of the range or a bound is not finite
   */
  public ActivationRange {
    if (!(min <= 0 && max >= 0) || Float.isInfinite(min) || Float.isInfinite(max)) {
      throw new IllegalArgumentException(
          "range " + min + " to " + max + ", expected a finite one around 0");
    }
  }

  /** The range without its negative part, as a rectifier leaves it. */
  ActivationRange rectified() {
    return new ActivationRange(0, max);
  }

  /** Distance between neighbouring values; 1 where the range is but a point. */
  float scale() {
    float scale = (max - min) / STEPS;
    return scale >= Float.MIN_NORMAL ? scale : 1;
  }

  /** The byte, 0 to 255, that stands for 0. */
  int zeroPoint() {
    return Math.max(0, Math.min(STEPS, Math.round(-min / scale())));
  }
}
