package dev.flipside.api.image;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.image.DecodedImage;
import java.nio.ByteBuffer;
import java.util.function.IntUnaryOperator;

/** Crops images and overlays colors. Every method returns a new image. */
final class Paint {
  /**
   * Color map from dark blue to yellow, suited to color vision deficiency; interpolated linearly.
   */
  private static final int[] HEAT = {0x00204D, 0x404A6B, 0x7C7B78, 0xBCAF6F, 0xFFEA46};

  private Paint() {}

  /**
   * Crops an image to a region.
   *
   * @throws IllegalArgumentException if the region exceeds the image
   */
  static DecodedImage crop(DecodedImage image, Region region) {
    ImageSize size = image.size();
    if (region.y() + region.height() > size.height()
        || region.x() + region.width() > size.width()) {
      throw new IllegalArgumentException(region + " leaves an image of " + size);
    }
    DecodedImage crop = DecodedImage.black(new ImageSize(region.height(), region.width()));
    for (int row = 0; row < region.height(); row++) {
      int from = 3 * ((region.y() + row) * size.width() + region.x());
      crop.rgb().put(3 * row * region.width(), image.rgb(), from, 3 * region.width());
    }
    return crop;
  }

  /**
   * Overlays uncertainty on an image.
   *
   * @param values {@code [H*W]}; scaled by their maximum
   */
  static DecodedImage uncertainty(DecodedImage image, float[] values) {
    float largest = Float.MIN_NORMAL;
    for (float value : values) {
      largest = Math.max(largest, value);
    }
    float scale = 1 / largest;
    return blend(image, 0.7f, pixel -> heat(values[pixel] * scale));
  }

  /**
   * Overlays the colors of predicted classes on an image.
   *
   * @param ids {@code [H*W]} class ids
   */
  static DecodedImage prediction(DecodedImage image, byte[] ids, ClassMap classes) {
    return blend(
        image,
        0.55f,
        pixel -> {
          int id = ids[pixel] & 0xFF;
          return id < classes.count() ? classes.classes().get(id).color() : 0;
        });
  }

  private static DecodedImage blend(DecodedImage image, float weight, IntUnaryOperator color) {
    DecodedImage mixed = DecodedImage.black(image.size());
    ByteBuffer from = image.rgb();
    ByteBuffer to = mixed.rgb();
    for (int pixel = 0; pixel < image.size().pixels(); pixel++) {
      int rgb = color.applyAsInt(pixel);
      for (int channel = 0; channel < 3; channel++) {
        int below = from.get(3 * pixel + channel) & 0xFF;
        int above = (rgb >> (8 * (2 - channel))) & 0xFF;
        to.put(3 * pixel + channel, (byte) Math.round(below + weight * (above - below)));
      }
    }
    return mixed;
  }

  private static int heat(float level) {
    float at = Math.max(0, Math.min(1, level)) * (HEAT.length - 1);
    int below = Math.min((int) at, HEAT.length - 2);
    float share = at - below;
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = (HEAT[below] >> shift) & 0xFF;
      int b = (HEAT[below + 1] >> shift) & 0xFF;
      rgb |= Math.round(a + share * (b - a)) << shift;
    }
    return rgb;
  }
}
