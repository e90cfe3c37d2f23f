package dev.flipside.scorer.image.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;

/**
 * The bands of a TIFF file as grey images, which every decoder reads: a row of n interleaved bands
 * is a row of n times as many grey samples, and each of separate planes is an image of its own.
 * Pixel data is never touched, except to gather uncompressed blocks.
 */
public final class TiffBands {
  private static final int PREDICTOR = 317;
  private static final int NONE = 1;
  private static final int HORIZONTAL = 2;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  /** None, LZW, Deflate and PackBits: those that know nothing of pixels. */
  private static final Set<Integer> OF_BYTES = Set.of(NONE, 5, 8, 32946, 32773);

  private final TiffDirectory page;
  private final int width;
  private final int bands;
  private final boolean planes;
  private final boolean differences;

  private TiffBands(TiffDirectory page) {
    this.page = page;
    this.width = (int) page.first(TiffPage.WIDTH, 0);
    this.bands = (int) page.first(TiffPage.SAMPLES_PER_PIXEL, 1);
    this.planes = TiffPage.hasPlanes(page);
    this.differences = page.first(PREDICTOR, 1) == HORIZONTAL && scheme() != NONE;
  }

  /**
   * Prepares a file of 8 or 16 bits per sample.
   *
   * @param file bytes of a file whose structure was checked
   * @throws FormatException if its pixels are compressed in a way that depends on their bands, or
   *     do not decompress completely
   */
  public static TiffBands of(byte[] file) {
    TiffDirectory page = TiffDirectory.first(ByteBuffer.wrap(file.clone()));
    TiffBlocks.requireKnownCompression(page);
    TiffBands bands = new TiffBands(page);
    if (!OF_BYTES.contains(bands.scheme()) || page.first(PREDICTOR, 1) > HORIZONTAL) {
      throw new FormatException(
          "bands in TIFF compression "
              + bands.scheme()
              + " with predictor "
              + page.first(PREDICTOR, 1)
              + ", expected none, LZW, Deflate or PackBits, and no predictor or the horizontal one;"
              + " save the TIFF with one of them");
    }
    TiffBitOrder.normalize(page);
    TiffBlocks.requireComplete(page);
    bands.requireEqualPlanes();
    return bands.scheme() == NONE
        ? new TiffBands(TiffDirectory.first(ByteBuffer.wrap(TiffRows.of(page))))
        : bands;
  }

  private void requireEqualPlanes() {
    int offsets = page.values(offsetsTag()).length;
    int lengths = page.values(lengthsTag()).length;
    if (offsets != lengths || offsets % images() != 0) {
      throw FormatException.truncated(
          "the TIFF has " + offsets + " blocks of pixels with " + lengths + " lengths");
    }
  }

  private int offsetsTag() {
    return page.has(TiffPage.TILE_OFFSETS) ? TiffPage.TILE_OFFSETS : TiffPage.STRIP_OFFSETS;
  }

  private int lengthsTag() {
    return page.has(TiffPage.TILE_OFFSETS) ? TiffPage.TILE_BYTES : TiffPage.STRIP_BYTES;
  }

  /** Returns the number of interleaved bands in each of the grey images. */
  public int interleaved() {
    return planes ? 1 : bands;
  }

  /**
   * Returns after how many samples of a row differences start anew, if all others are differences
   * from the sample of the same band before; 0 if samples are stored as they are. Decoders undo
   * differences for some compression schemes only, so none is asked to.
   */
  public int rowOfDifferences() {
    long block = page.has(TiffPage.TILE_OFFSETS) ? page.first(TiffPage.TILE_WIDTH, width) : width;
    return differences ? Math.toIntExact(block * interleaved()) : 0;
  }

  /** Returns the number of grey images: one, or one for each plane. */
  public int images() {
    return planes ? bands : 1;
  }

  private int scheme() {
    return (int) page.first(TiffPage.COMPRESSION, NONE);
  }

  /**
   * Returns a grey image: a copy of the file with a directory of one band.
   *
   * @param plane 0 to {@link #images} - 1
   */
  public byte[] image(int plane) {
    boolean tiled = page.has(TiffPage.TILE_OFFSETS);
    long[] offsets = part(offsetsTag(), plane);
    long[] lengths = part(lengthsTag(), plane);
    int start = page.data().limit() + (page.data().limit() & 1);
    int lengthsAt = start + 4 * offsets.length;
    int directory = lengthsAt + 4 * lengths.length;
    int entries = tiled ? 10 : 9;
    ByteOrder order = page.data().order();
    ByteBuffer out = ByteBuffer.allocate(directory + 2 + 12 * entries + 4).order(order);
    out.put(0, page.data(), 0, page.data().limit());
    // Also of a BigTIFF: a file in memory has offsets of 32 bits.
    out.putShort((short) (order == ByteOrder.LITTLE_ENDIAN ? 0x4949 : 0x4D4D));
    out.putShort((short) 42).putInt(directory).position(start);
    for (long each : offsets) {
      out.putInt((int) each);
    }
    for (long each : lengths) {
      out.putInt((int) each);
    }
    out.putShort((short) entries);
    int samples = interleaved();
    entry(out, TiffPage.WIDTH, LONG, Math.multiplyExact(width, samples));
    entry(out, TiffPage.HEIGHT, LONG, (int) page.first(TiffPage.HEIGHT, 0));
    entry(out, TiffPage.BITS, SHORT, (int) page.first(TiffPage.BITS, 1));
    entry(out, TiffPage.COMPRESSION, SHORT, scheme());
    entry(out, TiffPage.PHOTOMETRIC, SHORT, TiffPage.MIN_IS_BLACK);
    if (!tiled) {
      entry(out, TiffPage.STRIP_OFFSETS, offsets, start);
    }
    entry(out, TiffPage.SAMPLES_PER_PIXEL, SHORT, 1);
    if (!tiled) {
      long rows = page.first(TiffPage.ROWS_PER_STRIP, page.first(TiffPage.HEIGHT, 0));
      entry(out, TiffPage.ROWS_PER_STRIP, LONG, (int) rows);
      entry(out, TiffPage.STRIP_BYTES, lengths, lengthsAt);
    }
    if (tiled) {
      int tileWidth = (int) page.first(TiffPage.TILE_WIDTH, width);
      entry(out, TiffPage.TILE_WIDTH, LONG, Math.multiplyExact(tileWidth, samples));
      entry(out, TiffPage.TILE_HEIGHT, LONG, (int) page.first(TiffPage.TILE_HEIGHT, 0));
      entry(out, TiffPage.TILE_OFFSETS, offsets, start);
      entry(out, TiffPage.TILE_BYTES, lengths, lengthsAt);
    }
    return out.putInt(0).array();
  }

  private long[] part(int tag, int plane) {
    long[] all = page.values(tag);
    int each = all.length / images();
    return Arrays.copyOfRange(all, plane * each, (plane + 1) * each);
  }

  private static void entry(ByteBuffer out, int tag, int type, int value) {
    out.putShort((short) tag).putShort((short) type).putInt(1);
    if (type == SHORT) {
      out.putShort((short) value).putShort((short) 0);
    } else {
      out.putInt(value);
    }
  }

  private static void entry(ByteBuffer out, int tag, long[] values, int at) {
    out.putShort((short) tag).putShort((short) LONG).putInt(values.length);
    out.putInt(values.length == 1 ? (int) values[0] : at);
  }
}
