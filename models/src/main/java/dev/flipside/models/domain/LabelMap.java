package dev.flipside.models.domain;

import java.util.Arrays;

/**
 * The class ID of every pixel of an image.
 *
 * @param size size of the image
 * @param ids {@code [height * width]}, row-major, one unsigned byte per pixel; the ignore index of
 *     the class map for void or unlabelled pixels. Not copied: the caller must not modify the array
 *     afterwards.
 */
@SuppressWarnings("ArrayRecordComponent") // not copied because images are large
public record LabelMap(ImageSize size, byte[] ids) {
  /**
   * @throws IllegalArgumentException if the number of IDs differs from the number of pixels
   */
  public LabelMap {
    if (ids.length != size.pixels()) {
      throw new IllegalArgumentException(
          "label map of " + size + ": " + ids.length + " ids, expected " + size.pixels());
    }
  }

  /** Creates a label map in which every pixel is unlabelled. */
  public static LabelMap unlabelled(ImageSize size, ClassMap classes) {
    byte[] ids = new byte[Math.toIntExact(size.pixels())];
    Arrays.fill(ids, (byte) classes.ignoreIndex());
    return new LabelMap(size, ids);
  }

  /** Returns the class ID of a pixel, 0 to 255. */
  public int id(int y, int x) {
    return ids[y * size.width() + x] & 0xFF;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelMap map && size.equals(map.size) && Arrays.equals(ids, map.ids);
  }

  @Override
  public int hashCode() {
    return 31 * size.hashCode() + Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return "LabelMap[" + size + "]";
  }
}
