package dev.flipside.models.probe;

import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * An image with the features of a photo: a gradient, edges, saturated and dark areas, texture and
 * noise. Always the same for a size.
 */
final class ProbeImage {
  private static final int SEED = 20240607;

  private ProbeImage() {}

  /**
   * Returns a direct buffer with copies of the image, uint8 {@code [batch,H,W,channels]}. Further
   * channels repeat red, green and blue with other noise.
   */
  static ByteBuffer of(int batch, ImageSize size, int channels) {
    int bytes = Math.toIntExact((long) channels * batch * size.pixels());
    ByteBuffer images = ByteBuffer.allocateDirect(bytes);
    for (int image = 0; image < batch; image++) {
      Random noise = new Random(SEED);
      for (int y = 0; y < size.height(); y++) {
        for (int x = 0; x < size.width(); x++) {
          double v = (double) y / size.height();
          double u = (double) x / size.width();
          for (int channel = 0; channel < channels; channel++) {
            long value = Math.round(color(u, v, channel % 3) + 12 * noise.nextGaussian());
            images.put((byte) Math.max(0, Math.min(255, value)));
          }
        }
      }
    }
    return images.flip();
  }

  /** Returns the color of a street scene: sky, a house, a tree, a car and the road. */
  private static double color(double u, double v, int channel) {
    if (Math.hypot((u - 0.75) * 1.3, v - 0.35) < 0.2) {
      return new double[] {40, 110, 35}[channel] + 25 * Math.sin(60 * u) * Math.sin(50 * v);
    }
    if (u > 0.55 && u < 0.9 && v > 0.6 && v < 0.8) {
      return new double[] {215, 20, 30}[channel];
    }
    if (u > 0.08 && u < 0.4 && v > 0.2 && v < 0.65) {
      boolean window = (int) (u * 30) % 3 == 0 && (int) (v * 20) % 2 == 0;
      return window ? 20 : new double[] {180, 150, 120}[channel];
    }
    return v < 0.6
        ? new double[] {110, 160, 230}[channel] + 60 * v
        : new double[] {90, 90, 95}[channel] + 40 * (v - 0.6);
  }
}
