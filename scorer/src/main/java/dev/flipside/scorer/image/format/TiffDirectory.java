package dev.flipside.scorer.image.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * The first directory of a TIFF structure, which EXIF data is too: classic (32-bit offsets) or
 * BigTIFF (64-bit offsets). Of a tag that is repeated, the first entry counts.
 */
final class TiffDirectory {
  private static final int BIG = 43;

  private final ByteBuffer data;
  private final Map<Integer, Entry> entries = new HashMap<>();

  /**
   * An entry of the directory.
   *
   * @param type type of its values
   * @param count number of its values
   * @param at position of its first value
   */
  private record Entry(int type, long count, long at) {}

  private TiffDirectory(ByteBuffer data) {
    this.data = data;
  }

  /** Returns whether bytes begin as a TIFF structure does. */
  static boolean begins(ByteBuffer file) {
    if (file.limit() < 8) {
      return false;
    }
    int start = file.getInt(0);
    return start == 0x49492A00 || start == 0x4D4D002A || start == 0x49492B00 || start == 0x4D4D002B;
  }

  /**
   * Reads the first directory.
   *
   * @param file big-endian buffer of the whole structure
   * @throws FormatException if this is no TIFF structure
   * @throws IndexOutOfBoundsException if the directory lies outside of the bytes
   */
  static TiffDirectory first(ByteBuffer file) {
    if (!begins(file)) {
      throw new FormatException("not a TIFF structure");
    }
    ByteBuffer data = file.duplicate();
    data.order(file.get(0) == 0x49 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    TiffDirectory directory = new TiffDirectory(data);
    if (data.getShort(2) == BIG) {
      if (data.getShort(4) != 8) {
        throw FormatException.truncated(
            "the BigTIFF has offsets of " + data.getShort(4) + " bytes");
      }
      directory.readBig();
    } else {
      directory.readClassic();
    }
    return directory;
  }

  private void readClassic() {
    int start = position(Integer.toUnsignedLong(data.getInt(4)));
    int count = Short.toUnsignedInt(data.getShort(start));
    for (int i = 0; i < count; i++) {
      int at = position(start + 2 + 12L * i);
      long values = Integer.toUnsignedLong(data.getInt(at + 4));
      int type = data.getShort(at + 2);
      boolean inside = fits(type, values, 4);
      add(at, type, values, inside ? at + 8L : Integer.toUnsignedLong(data.getInt(at + 8)));
    }
  }

  private void readBig() {
    int start = position(data.getLong(8));
    long count = data.getLong(start);
    if (count < 0 || count > data.limit() / 20) {
      throw new IndexOutOfBoundsException("directory of " + count + " entries");
    }
    for (int i = 0; i < count; i++) {
      int at = position(start + 8 + 20L * i);
      long values = data.getLong(at + 4);
      int type = data.getShort(at + 2);
      add(at, type, values, fits(type, values, 8) ? at + 12L : data.getLong(at + 12));
    }
  }

  private void add(int at, int type, long count, long start) {
    entries.putIfAbsent(Short.toUnsignedInt(data.getShort(at)), new Entry(type, count, start));
  }

  private static boolean fits(int type, long count, int bytes) {
    int width = width(type);
    return width > 0 && count >= 0 && count <= bytes / width;
  }

  /** Returns the bytes of a whole number of a type, 0 for other types. */
  private static int width(int type) {
    return switch (type) {
      case 1 -> 1; // BYTE
      case 3 -> 2; // SHORT
      case 4, 13 -> 4; // LONG, IFD
      case 16, 18 -> 8; // LONG8, IFD8
      default -> 0;
    };
  }

  /** Returns the bytes that the directory is in, in its byte order. */
  ByteBuffer data() {
    return data;
  }

  boolean has(int tag) {
    return entries.containsKey(tag);
  }

  /** Returns the first value of a tag, or another one if the tag is missing or no whole number. */
  long first(int tag, long otherwise) {
    Entry entry = entries.get(tag);
    return entry == null || entry.count < 1 || width(entry.type) == 0 ? otherwise : value(entry, 0);
  }

  /**
   * Returns the values of a tag; none if the tag is missing or its values are no whole numbers.
   *
   * @throws IndexOutOfBoundsException if they lie outside of the bytes
   */
  long[] values(int tag) {
    Entry entry = entries.get(tag);
    if (entry == null || width(entry.type) == 0) {
      return new long[0];
    }
    if (entry.count < 0 || entry.count > data.limit() / width(entry.type)) {
      throw new IndexOutOfBoundsException("entry of " + entry.count + " values");
    }
    long[] values = new long[(int) entry.count];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(entry, i);
    }
    return values;
  }

  /** Overwrites the first value of a tag, if it has one, in the bytes that were read. */
  void overwrite(int tag, int value) {
    Entry entry = entries.get(tag);
    if (entry == null || entry.count < 1) {
      return;
    }
    int at = position(entry.at);
    switch (width(entry.type)) {
      case 1 -> data.put(at, (byte) value);
      case 2 -> data.putShort(at, (short) value);
      case 4 -> data.putInt(at, value);
      case 8 -> data.putLong(at, value);
      default -> {}
    }
  }

  private long value(Entry entry, int index) {
    int at = position(entry.at + (long) index * width(entry.type));
    return switch (width(entry.type)) {
      case 1 -> Byte.toUnsignedLong(data.get(at));
      case 2 -> Short.toUnsignedLong(data.getShort(at));
      case 4 -> Integer.toUnsignedLong(data.getInt(at));
      default -> data.getLong(at);
    };
  }

  private int position(long at) {
    if (at < 0 || at >= data.limit()) {
      throw new IndexOutOfBoundsException("byte " + at);
    }
    return (int) at;
  }
}
