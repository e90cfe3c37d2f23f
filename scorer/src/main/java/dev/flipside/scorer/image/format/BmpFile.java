package dev.flipside.scorer.image.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Checks a Windows or OS/2 bitmap, and gives it a palette that shows its indices. */
final class BmpFile {
  private static final int FILE_HEADER = 14;
  private static final int CORE_HEADER = 12;
  private static final int INFO_HEADER = 40;
  private static final int UNCOMPRESSED = 0;
  private static final int BIT_FIELDS = 3;

  private BmpFile() {}

  /**
   * The fields of a bitmap.
   *
   * @param height rows, negative if they are stored top to bottom
   * @param compression 0 for none, 1 and 2 for run lengths, 3 for bit fields
   * @param pixels position of the first byte of pixels
   */
  private record Fields(long height, long width, int bits, int compression, int pixels) {}

  private static Fields fields(ByteBuffer file) {
    ByteBuffer data = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int header = data.getInt(FILE_HEADER);
    int pixels = data.getInt(10);
    if (header == CORE_HEADER) {
      return new Fields(
          Short.toUnsignedLong(data.getShort(20)),
          Short.toUnsignedLong(data.getShort(18)),
          data.getShort(24),
          UNCOMPRESSED,
          pixels);
    }
    if (header < INFO_HEADER) {
      throw FormatException.truncated("the BMP has a header of " + header + " bytes");
    }
    return new Fields(data.getInt(22), data.getInt(18), data.getShort(28), data.getInt(30), pixels);
  }

  static ImageHeader read(ByteBuffer file) {
    Fields found = fields(file);
    int bits = found.bits;
    if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
      throw new FormatException(
          "pixels of " + bits + " bits, expected 1, 4, 8, 16, 24 or 32; save the BMP as PNG");
    }
    if (found.compression < UNCOMPRESSED || found.compression > BIT_FIELDS) {
      throw new FormatException(
          "BMP compression "
              + found.compression
              + ", expected none, run lengths or bit fields;"
              + " save the BMP as PNG");
    }
    ImageHeader header =
        new ImageHeader(
            ImageHeader.Format.BMP,
            Math.abs(found.height),
            found.width,
            Orientation.UPRIGHT,
            Math.min(8, bits),
            bits <= 8 ? 1 : 3,
            bits <= 8 ? Samples.INDEXED : Samples.COLOR,
            false);
    header.requireReadable();
    boolean runs = found.compression != UNCOMPRESSED && found.compression != BIT_FIELDS;
    long row = (header.width() * bits + 31) / 32 * 4;
    long end = found.pixels + (runs ? 2 : row * header.height());
    if (found.pixels < FILE_HEADER + CORE_HEADER || end > file.limit()) {
      throw FormatException.truncated(
          "the BMP places pixels from byte " + found.pixels + " to " + end + " of " + file.limit());
    }
    return header;
  }

  /**
   * Returns the same bitmap with a palette in which every index is the grey level of that number.
   *
   * @param file a bitmap of at most 8 bits a pixel whose structure was checked
   */
  static byte[] indicesAsGrey(byte[] file) {
    Fields found = fields(ByteBuffer.wrap(file));
    int colors = 1 << found.bits;
    int start = FILE_HEADER + INFO_HEADER + 4 * colors;
    int length = file.length - found.pixels;
    ByteBuffer out = ByteBuffer.allocate(start + length).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 'B').put((byte) 'M').putInt(start + length).putInt(0).putInt(start);
    out.putInt(INFO_HEADER).putInt((int) found.width).putInt((int) found.height);
    out.putShort((short) 1).putShort((short) found.bits).putInt(found.compression).putInt(length);
    out.putLong(0).putInt(colors).putInt(0);
    for (int i = 0; i < colors; i++) {
      out.put((byte) i).put((byte) i).put((byte) i).put((byte) 0);
    }
    return out.put(file, found.pixels, length).array();
  }
}
