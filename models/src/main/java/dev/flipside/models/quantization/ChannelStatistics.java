package dev.flipside.models.quantization;

import java.nio.FloatBuffer;

/** Mean and maximum magnitude per channel of an activation {@code [N,C,H,W]}. */
public final class ChannelStatistics {
  private final double[] sums;
  private final float[] largest;
  private long pixels;

  /**
   * Creates empty statistics.
   *
   * @param channels C, at least 1
   */
  public ChannelStatistics(int channels) {
    this.sums = new double[channels];
    this.largest = new float[channels];
  }

  /**
   * Adds the values of one image.
   *
   * @param values {@code [1,C,H,W]}, row-major, from position to limit; not modified
   * @throws IllegalArgumentException if the number of values is not a multiple of C
   */
  public void add(FloatBuffer values) {
    if (values.remaining() % sums.length != 0) {
      throw new IllegalArgumentException(
          values.remaining() + " values, expected a multiple of " + sums.length + " channels");
    }
    int each = values.remaining() / sums.length;
    int at = values.position();
    for (int channel = 0; channel < sums.length; channel++) {
      double sum = 0;
      float most = largest[channel];
      for (int i = 0; i < each; i++) {
        float value = values.get(at++);
        sum += value;
        most = Math.max(most, Math.abs(value));
      }
      sums[channel] += sum;
      largest[channel] = most;
    }
    pixels += each;
  }

  /** Returns the mean of a channel, 0 if there are no values. */
  double mean(int channel) {
    return pixels == 0 ? 0 : sums[channel] / pixels;
  }

  /** Returns the maximum magnitude of a channel: 0 if there are no values, NaN if one was NaN. */
  float largest(int channel) {
    return largest[channel];
  }

  int channels() {
    return sums.length;
  }
}
