package dev.flipside.trainer.data;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Decoded images with their labels, ready for a training step.
 *
 * @param names IDs of the images
 * @param size size of all images
 * @param rgb {@code [N,H,W,3]}, raw RGB, in a direct buffer
 * @param labels {@code [N,H,W]}, one unsigned byte per pixel, in a direct buffer
 */
public record Batch(List<String> names, ImageSize size, ByteBuffer rgb, ByteBuffer labels) {
  /** Returns the number of images N. */
  public int count() {
    return names.size();
  }

  /**
   * Splits the batch into parts of equal size, or one image fewer, in order. The parts share the
   * buffers of this batch.
   *
   * @param parts 1 to {@link #count}
   */
  public List<Batch> deal(int parts) {
    int pixels = Math.toIntExact(size.pixels());
    List<Batch> dealt = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      int from = count() * i / parts;
      int to = count() * (i + 1) / parts;
      dealt.add(
          new Batch(
              names.subList(from, to),
              size,
              rgb.slice(3 * pixels * from, 3 * pixels * (to - from)),
              labels.slice(pixels * from, pixels * (to - from))));
    }
    return dealt;
  }

  /** Flips images and labels horizontally, swapping the classes that depend on the side. */
  void mirror(ClassMap classes) {
    int width = size.width();
    int rows = count() * size.height();
    byte[] pixels = new byte[3 * width];
    byte[] mirrored = new byte[3 * width];
    byte[] ids = new byte[width];
    byte[] swapped = new byte[width];
    for (int row = 0; row < rows; row++) {
      rgb.get(row * 3 * width, pixels);
      labels.get(row * width, ids);
      for (int x = 0; x < width; x++) {
        int from = width - 1 - x;
        System.arraycopy(pixels, 3 * from, mirrored, 3 * x, 3);
        int id = ids[from] & 0xFF;
        swapped[x] = (byte) (id < classes.count() ? classes.flipPermutation().get(id) : id);
      }
      rgb.put(row * 3 * width, mirrored);
      labels.put(row * width, swapped);
    }
  }
}
