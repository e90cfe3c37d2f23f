package dev.flipside.trainer.data;

import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Where an image of one size lies in one of another size: a random part of it where it is larger,
 * at a random place with padding around where it is smaller.
 *
 * @param from size of the image
 * @param to size of the result
 * @param top row of the image in row 0 of the result; negative where padded
 * @param left column of the image in column 0 of the result; negative where padded
 */
record RandomCrop(ImageSize from, ImageSize to, int top, int left) {
  /** Draws a position. */
  static RandomCrop draw(ImageSize from, ImageSize to, SplittableRandom random) {
    return new RandomCrop(
        from,
        to,
        offset(from.height() - to.height(), random),
        offset(from.width() - to.width(), random));
  }

  private static int offset(int excess, SplittableRandom random) {
    int draw = random.nextInt(Math.abs(excess) + 1);
    return excess < 0 ? -draw : draw;
  }

  /**
   * Copies the part.
   *
   * @param source {@code [from.height, from.width, channels]}
   * @param target receives {@code [to.height, to.width, channels]} at {@code offset}
   * @param padding value of each channel outside the image
   */
  void copy(ByteBuffer source, ByteBuffer target, int offset, byte... padding) {
    int channels = padding.length;
    byte[] row = new byte[to.width() * channels];
    byte[] blank = new byte[row.length];
    for (int i = 0; i < blank.length; i++) {
      blank[i] = padding[i % channels];
    }
    int first = Math.max(0, -left);
    int last = Math.min(to.width(), from.width() - left);
    for (int y = 0; y < to.height(); y++) {
      System.arraycopy(blank, 0, row, 0, row.length);
      int sourceRow = y + top;
      if (sourceRow >= 0 && sourceRow < from.height()) {
        int start = (sourceRow * from.width() + first + left) * channels;
        source.get(start, row, first * channels, (last - first) * channels);
      }
      target.put(offset + y * row.length, row);
    }
  }

  /** Returns the part of a map of bytes. */
  byte[] of(byte[] source, byte padding) {
    byte[] result = new byte[Math.toIntExact(to.pixels())];
    Arrays.fill(result, padding);
    copy(ByteBuffer.wrap(source), ByteBuffer.wrap(result), 0, padding);
    return result;
  }
}
