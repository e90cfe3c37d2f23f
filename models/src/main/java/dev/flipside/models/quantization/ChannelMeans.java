package dev.flipside.models.quantization;

import java.nio.FloatBuffer;

/** The mean of each channel of an activation {@code [N,C,H,W]}, over all images shown. */
public final class ChannelMeans {
  private final double[] sums;
  private long pixels;

  /**
   * Nothing was shown yet.
   *
   * @param channels C, at least 1
   */
  public ChannelMeans(int channels) {
    this.sums = new double[channels];
  }

  /**
   * Counts the values of one image.
   *
   * @param values {@code [1,C,H,W]}, row-major, from position to limit, which stay as they are
   * @throws IllegalArgumentException if their number is no multiple of C
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
      for (int i = 0; i < each; i++) {
        sum += values.get(at++);
      }
      sums[channel] += sum;
    }
    pixels += each;
  }

  /** The mean of a channel, 0 before anything was shown. */
  double of(int channel) {
    return pixels == 0 ? 0 : sums[channel] / pixels;
  }

  int channels() {
    return sums.length;
  }
}
