package dev.flipside.scorer.image;

import java.nio.ByteBuffer;

/**
 * The first page of a TIFF file as its directory describes it.
 *
 * @param end one past the last byte that holds pixels
 */
record TiffPage(long height, long width, int orientation, int bits, boolean indexed, long end) {
  private static final int SHORT = 3;

  /**
   * Reads the directory.
   *
   * @param data the file, in its own byte order
   * @throws IndexOutOfBoundsException if the directory lies outside of the file
   */
  static TiffPage read(ByteBuffer data) {
    int directory = at(data, Integer.toUnsignedLong(data.getInt(4)));
    long height = 0;
    long width = 0;
    int orientation = Orientation.UPRIGHT;
    int bits = 1;
    boolean indexed = false;
    long[] offsets = {};
    long[] lengths = {};
    int entries = Short.toUnsignedInt(data.getShort(directory));
    for (int entry = 0; entry < entries; entry++) {
      int at = at(data, directory + 2 + 12L * entry);
      switch (Short.toUnsignedInt(data.getShort(at))) {
        case 256 -> width = first(data, at);
        case 257 -> height = first(data, at);
        case 258 -> bits = (int) first(data, at);
        case 262 -> indexed = first(data, at) == 3;
        case 273, 324 -> offsets = values(data, at);
        case 274 -> orientation = orientation((int) first(data, at));
        case 279, 325 -> lengths = values(data, at);
        default -> {}
      }
    }
    long end = 0;
    for (int strip = 0; strip < Math.min(offsets.length, lengths.length); strip++) {
      end = Math.max(end, offsets[strip] + lengths[strip]);
    }
    return new TiffPage(height, width, orientation, bits, indexed, end);
  }

  private static int orientation(int value) {
    return value >= 1 && value <= 8 ? value : Orientation.UPRIGHT;
  }

  private static long first(ByteBuffer data, int entry) {
    long[] values = values(data, entry);
    return values.length == 0 ? 0 : values[0];
  }

  /** The values of one entry, which holds them itself where they fit into four bytes. */
  private static long[] values(ByteBuffer data, int entry) {
    int width = data.getShort(entry + 2) == SHORT ? 2 : 4;
    long count = Integer.toUnsignedLong(data.getInt(entry + 4));
    if (count > data.limit() / width) {
      throw new IndexOutOfBoundsException("entry of " + count + " values");
    }
    int start =
        count * width <= 4 ? entry + 8 : at(data, Integer.toUnsignedLong(data.getInt(entry + 8)));
    long[] values = new long[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          width == 2
              ? Short.toUnsignedLong(data.getShort(start + 2 * i))
              : Integer.toUnsignedLong(data.getInt(start + 4 * i));
    }
    return values;
  }

  private static int at(ByteBuffer data, long position) {
    if (position >= data.limit()) {
      throw new IndexOutOfBoundsException("byte " + position);
    }
    return (int) position;
  }
}
