package dev.flipside.trainer.data;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Random brightness, contrast and saturation, in this order.
 *
 * @param brightness factor of all values
 * @param contrast factor of the distances from the mean grey value of the image
 * @param saturation factor of the distances from the grey value of the pixel
 */
record ColorJitter(double brightness, double contrast, double saturation) {
  /** Draws three factors between {@code 1 - strength} and {@code 1 + strength}. */
  static ColorJitter draw(double strength, SplittableRandom random) {
    return new ColorJitter(
        factor(strength, random), factor(strength, random), factor(strength, random));
  }

  private static double factor(double strength, SplittableRandom random) {
    return 1 + strength * (2 * random.nextDouble() - 1);
  }

  /** Changes {@code pixels} RGB pixels in place, from {@code offset}. */
  void apply(ByteBuffer rgb, int offset, int pixels) {
    byte[] values = new byte[3 * pixels];
    rgb.get(offset, values);
    double sum = 0;
    for (int i = 0; i < values.length; i += 3) {
      sum += grey(values, i);
    }
    double mean = brightness * sum / pixels;
    for (int i = 0; i < values.length; i += 3) {
      double grey = contrasted(brightness * grey(values, i), mean);
      for (int c = i; c < i + 3; c++) {
        double value = contrasted(brightness * (values[c] & 0xFF), mean);
        double saturated = grey + saturation * (value - grey);
        values[c] = (byte) Math.max(0, Math.min(255, Math.round(saturated)));
      }
    }
    rgb.put(offset, values);
  }

  private double contrasted(double value, double mean) {
    return mean + contrast * (value - mean);
  }

  /** Luma of ITU-R BT.601. */
  private static double grey(byte[] rgb, int at) {
    return 0.299 * (rgb[at] & 0xFF) + 0.587 * (rgb[at + 1] & 0xFF) + 0.114 * (rgb[at + 2] & 0xFF);
  }
}
