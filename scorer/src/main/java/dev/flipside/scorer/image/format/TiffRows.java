package dev.flipside.scorer.image.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Rearranges the uncompressed pixels of a TIFF file as rows of whole pixels. OpenCV reads neither
 * uncompressed tiles of up to 8 bits nor separate planes of 16 bits. Several samples of fewer than
 * 8 bits that share a byte are moved together.
 */
final class TiffRows {
  private static final int HEADER = 8;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private final TiffDirectory page;
  private final int height;
  private final int width;
  private final int channels;
  private final int bits;
  private final int sampleBytes;

  private TiffRows(TiffDirectory page) {
    this.page = page;
    height = (int) page.first(TiffPage.HEIGHT, 0);
    width = (int) page.first(TiffPage.WIDTH, 0);
    channels = (int) page.first(TiffPage.SAMPLES_PER_PIXEL, 1);
    bits = (int) page.first(TiffPage.BITS, 1);
    sampleBytes = (bits + 7) / 8;
  }

  /** Returns whether a page has to be rearranged and can be. */
  static boolean areNeeded(TiffDirectory page) {
    return page.first(TiffPage.COMPRESSION, 1) == 1
        && (page.first(TiffPage.BITS, 1) >= 8 || page.first(TiffPage.SAMPLES_PER_PIXEL, 1) == 1)
        && (page.has(TiffPage.TILE_OFFSETS) || TiffPage.hasPlanes(page));
  }

  /**
   * Returns a file of one strip with the same pixels.
   *
   * @param page first page of a file whose structure was checked
   */
  static byte[] of(TiffDirectory page) {
    TiffRows rows = new TiffRows(page);
    return rows.write(rows.pixels());
  }

  private byte[] pixels() {
    boolean tiled = page.has(TiffPage.TILE_OFFSETS);
    long[] offsets = page.values(tiled ? TiffPage.TILE_OFFSETS : TiffPage.STRIP_OFFSETS);
    int blockPixels = block(tiled ? TiffPage.TILE_WIDTH : TiffPage.WIDTH, width);
    if (bits < 8 && blockPixels < width && blockPixels * bits % 8 != 0) {
      throw FormatException.truncated("the TIFF has tiles of " + blockPixels + " px in a row");
    }
    int blockWidth = units(blockPixels);
    int blockHeight = block(tiled ? TiffPage.TILE_HEIGHT : TiffPage.ROWS_PER_STRIP, height);
    int planes = TiffPage.hasPlanes(page) ? channels : 1;
    int rowWidth = units(width);
    int across = (rowWidth + blockWidth - 1) / blockWidth;
    int down = (height + blockHeight - 1) / blockHeight;
    long bytes = (long) height * rowWidth * channels * sampleBytes;
    if (offsets.length != (long) across * down * planes || bytes > page.data().limit()) {
      throw FormatException.truncated(
          "the TIFF has "
              + offsets.length
              + " blocks of pixels for "
              + height
              + "x"
              + width
              + " px");
    }
    byte[] pixels = new byte[(int) bytes];
    int pixelBytes = channels * sampleBytes;
    int pieceBytes = pixelBytes / planes;
    for (int index = 0; index < offsets.length; index++) {
      int plane = index / (across * down);
      int top = index / across % down * blockHeight;
      int left = index % across * blockWidth;
      int columns = Math.min(blockWidth, rowWidth - left);
      for (int y = top; y < Math.min(top + blockHeight, height); y++) {
        long from = offsets[index] + (long) (y - top) * blockWidth * pieceBytes;
        int to = (y * rowWidth + left) * pixelBytes + plane * pieceBytes;
        copy(from, pixels, to, columns, pieceBytes, pixelBytes);
      }
    }
    return pixels;
  }

  /** Returns how many pixels, or bytes of several pixels, a row of a width has. */
  private int units(int pixels) {
    return bits < 8 ? (pixels * bits + 7) / 8 : pixels;
  }

  private int block(int tag, int most) {
    long size = page.first(tag, most);
    if (size < 1) {
      throw FormatException.truncated("the TIFF has blocks of " + size + " px");
    }
    // Tiles may be larger than the image: their rows are as long as the tiles are wide.
    return (int) Math.min(size, tag == TiffPage.TILE_WIDTH ? 1 << 24 : most);
  }

  private void copy(long from, byte[] pixels, int to, int columns, int piece, int step) {
    ByteBuffer data = page.data();
    if (from < 0 || from + (long) columns * piece > data.limit()) {
      throw new IndexOutOfBoundsException("pixels at byte " + from);
    }
    if (piece == step) {
      data.get((int) from, pixels, to, columns * piece);
      return;
    }
    for (int x = 0; x < columns; x++) {
      data.get((int) from + x * piece, pixels, to + x * step, piece);
    }
  }

  private byte[] write(byte[] pixels) {
    long[] colors = page.values(TiffPage.COLOR_MAP);
    boolean extra = page.has(TiffPage.EXTRA_SAMPLES);
    int entries = 9 + (extra ? 1 : 0) + (colors.length > 0 ? 1 : 0);
    int bitsAt = HEADER + pixels.length + pixels.length % 2;
    int colorsAt = bitsAt + 2 * channels;
    int directory = colorsAt + 2 * colors.length;
    ByteOrder order = page.data().order();
    ByteBuffer out = ByteBuffer.allocate(directory + 2 + 12 * entries + 4).order(order);
    out.putShort((short) (order == ByteOrder.LITTLE_ENDIAN ? 0x4949 : 0x4D4D));
    out.putShort((short) 42).putInt(directory).put(pixels).position(bitsAt);
    for (int i = 0; i < channels; i++) {
      out.putShort((short) bits);
    }
    for (long color : colors) {
      out.putShort((short) color);
    }
    out.putShort((short) entries);
    entry(out, TiffPage.WIDTH, LONG, 1, width);
    entry(out, TiffPage.HEIGHT, LONG, 1, height);
    // One or two values stand in the entry itself.
    boolean few = channels == 1;
    entry(out, TiffPage.BITS, SHORT, channels, few ? bits : bitsAt);
    if (channels == 2) {
      out.putShort(out.position() - 4, (short) bits);
      out.putShort(out.position() - 2, (short) bits);
    }
    entry(out, TiffPage.COMPRESSION, SHORT, 1, 1);
    entry(out, TiffPage.PHOTOMETRIC, SHORT, 1, (int) page.first(TiffPage.PHOTOMETRIC, 1));
    entry(out, TiffPage.STRIP_OFFSETS, LONG, 1, HEADER);
    entry(out, TiffPage.SAMPLES_PER_PIXEL, SHORT, 1, channels);
    entry(out, TiffPage.ROWS_PER_STRIP, LONG, 1, height);
    entry(out, TiffPage.STRIP_BYTES, LONG, 1, pixels.length);
    if (colors.length > 0) {
      entry(out, TiffPage.COLOR_MAP, SHORT, colors.length, colorsAt);
    }
    if (extra) {
      entry(out, TiffPage.EXTRA_SAMPLES, SHORT, 1, TiffPage.ASSOCIATED_ALPHA);
    }
    return out.putInt(0).array();
  }

  private static void entry(ByteBuffer out, int tag, int type, int count, int value) {
    out.putShort((short) tag).putShort((short) type).putInt(count);
    if (type == SHORT && count == 1) {
      out.putShort((short) value).putShort((short) 0);
    } else {
      out.putInt(value);
    }
  }
}
