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

  /** Returns whether no pixel has a class. */
  public boolean isUnlabelled(ClassMap classes) {
    for (byte id : ids) {
      if ((id & 0xFF) != classes.ignoreIndex()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns a copy of the part inside a region.
   *
   * @throws IndexOutOfBoundsException if the region is not inside of the image
   */
  public LabelMap crop(Region region) {
    byte[] part = new byte[Math.toIntExact(region.pixels())];
    for (int row = 0; row < region.height(); row++) {
      System.arraycopy(
          ids,
          (region.y() + row) * size.width() + region.x(),
          part,
          row * region.width(),
          region.width());
    }
    return new LabelMap(new ImageSize(region.height(), region.width()), part);
  }

  /**
   * Replaces the IDs inside a region.
   *
   * @param part IDs of the size of the region
   * @throws IndexOutOfBoundsException if the region is not inside of the image
   */
  public void paste(LabelMap part, Region region) {
    for (int row = 0; row < region.height(); row++) {
      System.arraycopy(
          part.ids,
          row * region.width(),
          ids,
          (region.y() + row) * size.width() + region.x(),
          region.width());
    }
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
