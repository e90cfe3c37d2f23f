package dev.flipside.scorer.image.format;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * The order of bits in the bytes of pixels (TIFF 6.0, FillOrder): usually the highest bit comes
 * first. Compressed data, too, is stored in this order, except JPEG.
 */
final class TiffBitOrder {
  private static final int FILL_ORDER = 266;
  private static final int HIGHEST_FIRST = 1;
  private static final int LOWEST_FIRST = 2;

  private TiffBitOrder() {}

  /**
   * Brings the pixels of a page, in the bytes that were read, into the usual order.
   *
   * @param page first page of a file whose structure was checked
   * @throws FormatException if the bits have to be reversed, but the length of a block is unknown,
   *     or blocks overlap so that they are longer than the file
   */
  static void normalize(TiffDirectory page) {
    if (page.first(FILL_ORDER, HIGHEST_FIRST) != LOWEST_FIRST
        || page.first(TiffPage.COMPRESSION, 1) == TiffBlocks.JPEG) {
      return;
    }
    boolean tiled = page.has(TiffPage.TILE_OFFSETS);
    long[] offsets = page.values(tiled ? TiffPage.TILE_OFFSETS : TiffPage.STRIP_OFFSETS);
    long[] lengths = page.values(tiled ? TiffPage.TILE_BYTES : TiffPage.STRIP_BYTES);
    // Equal blocks may share their bytes.
    Set<Long> reversed = new HashSet<>();
    long total = 0;
    for (int block = 0; block < offsets.length; block++) {
      if (block >= lengths.length || lengths[block] == 0) {
        throw FormatException.truncated(
            "block " + (block + 1) + " of " + offsets.length + " of the TIFF has no bytes");
      }
      if (reversed.add(offsets[block])) {
        total += lengths[block];
        if (total > page.data().limit()) {
          // Would be reversed twice, and could take unbounded time.
          throw FormatException.truncated("blocks of pixels of the TIFF overlap");
        }
        reverse(page.data(), (int) offsets[block], (int) lengths[block]);
      }
    }
    page.overwrite(FILL_ORDER, HIGHEST_FIRST);
  }

  private static void reverse(ByteBuffer data, int start, int length) {
    for (int at = start; at < start + length; at++) {
      data.put(at, (byte) (Integer.reverse(data.get(at)) >>> 24));
    }
  }
}
