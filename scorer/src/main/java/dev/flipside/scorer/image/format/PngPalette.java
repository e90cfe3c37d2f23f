package dev.flipside.scorer.image.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Turns a palette PNG into a grey one of the same samples, so that decoders hand out its indices.
 */
final class PngPalette {
  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504C5445;
  private static final int TRNS = 0x74524E53;
  private static final int GREY = 0;

  private PngPalette() {}

  /**
   * The same image with its color type changed and its palette left out.
   *
   * @param png a whole PNG file whose structure was checked
   */
  static byte[] asGrey(byte[] png) {
    ByteBuffer in = ByteBuffer.wrap(png);
    ByteBuffer out = ByteBuffer.allocate(png.length);
    out.put(png, 0, 8);
    int at = 8;
    while (at < png.length) {
      int length = in.getInt(at);
      int type = in.getInt(at + 4);
      if (type != PLTE && type != TRNS) {
        int start = out.position();
        out.put(png, at, 12 + length);
        if (type == IHDR) {
          out.put(start + 17, (byte) GREY);
          CRC32 checksum = new CRC32();
          checksum.update(out.array(), start + 4, 4 + length);
          out.putInt(start + 8 + length, (int) checksum.getValue());
        }
      }
      at += 12 + length;
      if (type == 0x49454E44) {
        break; // bytes behind the end mark belong to no chunk
      }
    }
    return java.util.Arrays.copyOf(out.array(), out.position());
  }
}
