package dev.flipside.models.domain;

import java.util.Arrays;

/**
 * The class id of every pixel of one image.
 *
 * @param size size of the image
 * @param ids {@code [height * width]}, row-major, one unsigned byte a pixel; the ignore index of
 *     the class map where a pixel is void or unlabelled. Not copied: whoever hands the array over
 *     no longer writes to it.
 */
@SuppressWarnings("ArrayRecordComponent") // a quarter of a million pixels an image, read in loops
public record LabelMap(ImageSize size, byte[] ids) {
  /**
   * @throws IllegalArgumentException if the number of ids is not the number of pixels
   */
  public LabelMap {
    if (ids.length != size.pixels()) {
      throw new IllegalArgumentException(
          "label map of " + size + ": " + ids.length + " ids, expected " + size.pixels());
    }
  }

  /** A label map in which every pixel is unlabelled. */
  public static LabelMap unlabelled(ImageSize size, ClassMap classes) {
    byte[] ids = new byte[Math.toIntExact(size.pixels())];
    Arrays.fill(ids, (byte) classes.ignoreIndex());
    return new LabelMap(size, ids);
  }

  /** The class id at a pixel, 0 to 255. */
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
