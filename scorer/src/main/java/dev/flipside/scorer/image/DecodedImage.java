package dev.flipside.scorer.image;

import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;

/**
 * The pixels of an image.
 *
 * @param size size of the image
 * @param rgb {@code [height, width, 3]}, raw RGB, one unsigned byte per channel, in a direct buffer
 *     from position 0 to its limit. Not copied; read by absolute index only.
 */
public record DecodedImage(ImageSize size, ByteBuffer rgb) {
  /**
   * @throws IllegalArgumentException if the buffer is not direct or does not hold height x width x
   *     3 bytes
   */
  public DecodedImage {
    if (!rgb.isDirect() || rgb.limit() != 3 * size.pixels()) {
      throw new IllegalArgumentException(
          "image of "
              + size
              + ": a "
              + (rgb.isDirect() ? "direct" : "heap")
              + " buffer of "
              + rgb.limit()
              + " bytes, expected a direct one of "
              + 3 * size.pixels());
    }
  }

  /** Creates a black image. */
  public static DecodedImage black(ImageSize size) {
    return new DecodedImage(
        size, ByteBuffer.allocateDirect(Math.toIntExact(Math.multiplyExact(3L, size.pixels()))));
  }

  /** Returns the color of a pixel as {@code 0xRRGGBB}. */
  public int color(int y, int x) {
    int at = 3 * (y * size.width() + x);
    return (rgb.get(at) & 0xFF) << 16 | (rgb.get(at + 1) & 0xFF) << 8 | (rgb.get(at + 2) & 0xFF);
  }
}
