package dev.flipside.models.quantization;

import java.nio.FloatBuffer;

/**
 * Histogram of an activation over all calibration images. The bin width doubles whenever a value is
 * out of range, so one pass without prior knowledge of the range suffices.
 */
public final class ActivationHistogram {
  private static final int BINS = 4096;
  private static final float SMALLEST_BOUND = 1f / 64;

  private final long[] counts = new long[BINS];
  private float bound = SMALLEST_BOUND;
  private long total;
  private float min;
  private float max;

  /**
   * Counts values.
   *
   * @param values elements from position to limit; not modified
   * @throws IllegalArgumentException if a value is not finite; the values before it are counted
   */
  public void add(FloatBuffer values) {
    float perBin = BINS / (2 * bound);
    for (int i = values.position(); i < values.limit(); i++) {
      float value = values.get(i);
      if (value >= bound || value < -bound) {
        widen(value);
        perBin = BINS / (2 * bound);
      } else if (Float.isNaN(value)) {
        throw new IllegalArgumentException("value NaN, expected a finite one");
      }
      min = Math.min(min, value);
      max = Math.max(max, value);
      counts[Math.min(BINS - 1, (int) ((value + bound) * perBin))]++;
    }
    total += values.remaining();
  }

  private void widen(float value) {
    if (Float.isInfinite(value)) {
      throw new IllegalArgumentException("value " + value + ", expected a finite one");
    }
    while (value >= bound || value < -bound) {
      long[] narrow = counts.clone();
      java.util.Arrays.fill(counts, 0);
      for (int i = 0; i < BINS; i++) {
        counts[BINS / 4 + i / 2] += narrow[i];
      }
      bound *= 2;
    }
  }

  /** Returns the number of counted values. */
  public long total() {
    return total;
  }

  /** Returns the range of all values, extended to include 0. */
  public ActivationRange minMax() {
    return new ActivationRange(min, max);
  }

  /**
   * Returns the range that contains a share of the values, extended to include 0. Clips at most
   * {@code 1 - share} of the values at each end. Never wider than {@link #minMax()}.
   *
   * @param share above 0.5, at most 1
   */
  public ActivationRange percentile(double share) {
    if (!(share > 0.5 && share <= 1)) {
      throw new IllegalArgumentException("share " + share + ", expected above 0.5 and at most 1");
    }
    double leftOut = (1 - share) * total;
    int low = 0;
    for (long below = counts[0]; below <= leftOut && low < BINS - 1; below += counts[low]) {
      low++;
    }
    int high = BINS - 1;
    for (long above = counts[high]; above <= leftOut && high > 0; above += counts[high]) {
      high--;
    }
    float width = 2 * bound / BINS;
    return new ActivationRange(
        Math.min(0, Math.max(min, low * width - bound)),
        Math.max(0, Math.min(max, (high + 1) * width - bound)));
  }
}
