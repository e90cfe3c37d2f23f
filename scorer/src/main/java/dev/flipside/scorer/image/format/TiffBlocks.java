package dev.flipside.scorer.image.format;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Checks that the strips or tiles of a TIFF file decompress to all of its pixels. Decoders leave
 * pixels of damaged blocks, and of compression schemes that they do not have, black and report
 * success.
 */
final class TiffBlocks {
  private static final int NONE = 1;
  private static final int LZW = 5;
  static final int JPEG = 7;
  private static final int DEFLATE = 8;
  private static final int OLD_DEFLATE = 32946;
  private static final int PACK_BITS = 32773;

  /** What the decoder has: also CCITT of 1 bit (2 to 4). */
  private static final Set<Integer> KNOWN =
      Set.of(NONE, 2, 3, 4, LZW, JPEG, DEFLATE, OLD_DEFLATE, PACK_BITS);

  private static final int YCBCR = 6;
  private static final int SUBSAMPLING = 530;

  private TiffBlocks() {}

  /**
   * Refuses compression schemes that the decoder does not have.
   *
   * @throws FormatException names the scheme and the remedy
   */
  static void requireKnownCompression(TiffDirectory page) {
    int scheme = (int) page.first(TiffPage.COMPRESSION, NONE);
    if (!KNOWN.contains(scheme)) {
      throw new FormatException(
          "TIFF compression "
              + scheme
              + name(scheme)
              + ", expected none, LZW, Deflate, PackBits, JPEG or CCITT; save the TIFF with one of"
              + " them, or as PNG");
    }
  }

  private static String name(int scheme) {
    return switch (scheme) {
      case 6 -> " (JPEG of the old form)";
      case 34661 -> " (JBIG)";
      case 34712, 33003, 33004, 33005 -> " (JPEG 2000)";
      case 34887 -> " (LERC)";
      case 34892 -> " (DNG, JPEG with loss)";
      case 34925 -> " (LZMA)";
      case 34933 -> " (PNG)";
      case 34934, 22610 -> " (JPEG XR)";
      case 50000 -> " (Zstandard)";
      case 50001 -> " (WebP)";
      case 50002, 52546 -> " (JPEG XL)";
      default -> "";
    };
  }

  /**
   * Decompresses all blocks, without keeping their pixels. CCITT is not checked.
   *
   * @throws FormatException if a block has too few bytes for its pixels or is damaged
   */
  static void requireComplete(TiffDirectory page) {
    int scheme = (int) page.first(TiffPage.COMPRESSION, NONE);
    boolean tiled = page.has(TiffPage.TILE_OFFSETS);
    long[] offsets = page.values(tiled ? TiffPage.TILE_OFFSETS : TiffPage.STRIP_OFFSETS);
    long[] lengths = page.values(tiled ? TiffPage.TILE_BYTES : TiffPage.STRIP_BYTES);
    long width = page.first(TiffPage.WIDTH, 0);
    long height = page.first(TiffPage.HEIGHT, 0);
    long blockWidth = tiled ? page.first(TiffPage.TILE_WIDTH, width) : width;
    long blockHeight =
        tiled
            ? page.first(TiffPage.TILE_HEIGHT, height)
            : Math.min(height, page.first(TiffPage.ROWS_PER_STRIP, height));
    if (blockWidth < 1 || blockHeight < 1) {
      throw FormatException.truncated("the TIFF has blocks of no pixels");
    }
    long down = (height + blockHeight - 1) / blockHeight;
    long inPlane = down * ((width + blockWidth - 1) / blockWidth);
    long blocks = inPlane * (TiffPage.hasPlanes(page) ? samples(page) : 1);
    if (offsets.length < blocks) {
      throw FormatException.truncated(
          "the TIFF has " + offsets.length + " of " + blocks + " blocks of pixels");
    }
    for (int i = 0; i < Math.min(blocks, lengths.length); i++) {
      long top = tiled ? 0 : i % inPlane * blockHeight;
      long rows = Math.min(blockHeight, height - top);
      long wanted = bytes(page, blockWidth, rows);
      // Some writers of a single uncompressed strip leave its length out.
      boolean open = scheme == NONE && blocks == 1 && lengths[i] == 0;
      ByteBuffer block = page.data().slice((int) offsets[i], (int) lengths[i]);
      // The last strip may have the rows of the others.
      long most = bytes(page, blockWidth, blockHeight);
      if (scheme == JPEG) {
        if (!isWholeJpeg(block, blockWidth, rows, blockHeight)) {
          throw damaged(i, blocks, "is no whole JPEG of " + rows + "x" + blockWidth + " px");
        }
      } else if (!open && !isComplete(block, scheme, wanted, most)) {
        throw damaged(i, blocks, "does not decompress to its " + wanted + " bytes of pixels");
      }
    }
  }

  private static FormatException damaged(int block, long blocks, String how) {
    return FormatException.truncated(
        "block " + (block + 1) + " of " + blocks + " of the TIFF " + how);
  }

  private static long samples(TiffDirectory page) {
    return page.first(TiffPage.SAMPLES_PER_PIXEL, 1);
  }

  private static long bytes(TiffDirectory page, long width, long rows) {
    if (page.first(TiffPage.PHOTOMETRIC, 1) == YCBCR && !TiffPage.hasPlanes(page)) {
      long[] given = page.values(SUBSAMPLING);
      long across = given.length == 2 ? Math.max(1, given[0]) : 2;
      long down = given.length == 2 ? Math.max(1, given[1]) : 2;
      return (width + across - 1) / across * ((rows + down - 1) / down) * (across * down + 2);
    }
    long channels = TiffPage.hasPlanes(page) ? 1 : samples(page);
    return rows * ((width * channels * page.first(TiffPage.BITS, 1) + 7) / 8);
  }

  private static boolean isComplete(ByteBuffer block, int scheme, long wanted, long most) {
    return switch (scheme) {
      case NONE -> block.limit() >= wanted;
      case LZW -> lzwBytes(block) >= wanted;
      case DEFLATE, OLD_DEFLATE -> inflates(block, wanted);
      case PACK_BITS -> {
        // Nothing else shows damage: any bytes can be unpacked.
        long bytes = packedBytes(block);
        yield bytes == wanted || bytes == most;
      }
      default -> block.hasRemaining();
    };
  }

  /**
   * Decoders read a JPEG of another size, too, and place its pixels elsewhere or leave some out.
   */
  private static boolean isWholeJpeg(ByteBuffer block, long width, long rows, long mostRows) {
    if (block.limit() < 4 || block.get(0) != -1 || block.get(1) != (byte) 0xD8) {
      return false;
    }
    try {
      ImageHeader jpeg = JpegFile.read(block);
      return jpeg.width() == width && (jpeg.height() == rows || jpeg.height() == mostRows);
    } catch (FormatException | IndexOutOfBoundsException e) {
      return false;
    }
  }

  /** Inflates to the end of the stream, whose checksum is compared there, too. */
  private static boolean inflates(ByteBuffer block, long wanted) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(block);
      byte[] scratch = new byte[1 << 14];
      long total = 0;
      int count = 1;
      while (count > 0 && total <= wanted) {
        count = inflater.inflate(scratch);
        total += count;
      }
      return total >= wanted;
    } catch (DataFormatException e) {
      return false;
    } finally {
      inflater.end();
    }
  }

  /** Returns to how many bytes PackBits decompress (TIFF 6.0, section 9). */
  private static long packedBytes(ByteBuffer block) {
    long total = 0;
    while (block.hasRemaining()) {
      int count = block.get();
      int input = count >= 0 ? count + 1 : count == -128 ? 0 : 1;
      if (input > block.remaining()) {
        return total + (count >= 0 ? block.remaining() : 0);
      }
      block.position(block.position() + input);
      total += count >= 0 ? count + 1 : count == -128 ? 0 : 1 - count;
    }
    return total;
  }

  /**
   * Returns to how many bytes LZW codes decompress, up to the first one that cannot be (TIFF 6.0,
   * section 13). Of the table only the lengths of its entries are kept.
   */
  private static long lzwBytes(ByteBuffer block) {
    int[] length = new int[1 << 12];
    Arrays.fill(length, 0, 256, 1);
    long total = 0;
    int bits = 9;
    int next = 258;
    int previous = -1;
    long window = 0;
    int have = 0;
    while (true) {
      while (have < bits && block.hasRemaining()) {
        window = (window << 8) | (block.get() & 0xFF);
        have += 8;
      }
      if (have < bits) {
        return total;
      }
      have -= bits;
      int code = (int) (window >>> have) & ((1 << bits) - 1);
      if (code == 256) {
        bits = 9;
        next = 258;
        previous = -1;
      } else if (code == 257 || code > next || (previous < 0 && code > 255) || code > 4095) {
        return total;
      } else {
        if (previous >= 0 && next < length.length) {
          length[next++] = length[previous] + 1;
        } else if (code == next) {
          return total;
        }
        total += length[code];
        previous = code;
        // The width grows one code early.
        bits = Math.min(12, 32 - Integer.numberOfLeadingZeros(next + 1));
        bits = Math.max(9, bits);
      }
    }
  }
}
