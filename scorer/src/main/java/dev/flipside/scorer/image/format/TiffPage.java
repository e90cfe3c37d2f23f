package dev.flipside.scorer.image.format;

import java.nio.ByteBuffer;
import java.util.Set;

/** Checks the first page of a TIFF or BigTIFF file and makes it plain for the decoder. */
final class TiffPage {
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int STRIP_OFFSETS = 273;
  static final int SAMPLES_PER_PIXEL = 277;
  static final int ROWS_PER_STRIP = 278;
  static final int STRIP_BYTES = 279;
  private static final int PLANAR_CONFIGURATION = 284;
  static final int COLOR_MAP = 320;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;
  static final int TILE_OFFSETS = 324;
  static final int TILE_BYTES = 325;
  static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;

  static final int MIN_IS_BLACK = 1;
  private static final int RGB = 2;
  private static final int MOST_BANDS = 512;

  /** What the decoder takes in a row, and in all: bands are decoded as grey samples of a row. */
  private static final long MOST_SAMPLES_IN_ROW = 1 << 20;

  private static final long MOST_SAMPLES = 1 << 30;
  private static final int PALETTE = 3;
  private static final int YCBCR = 6;
  static final int ASSOCIATED_ALPHA = 1;

  /** JPEG, JPEG 2000, WebP, JPEG XL and LERC inside of TIFF; all of them may be lossy. */
  private static final Set<Integer> LOSSY =
      Set.of(6, 7, 33003, 33004, 33005, 34712, 34887, 34892, 50001, 50002, 52546);

  private TiffPage() {}

  /**
   * Reads the directory of the first page.
   *
   * @param colors whether its bands must be colors that decoders know
   * @throws FormatException if the samples are of a type that is not supported, or pixels are said
   *     to lie outside of the file
   * @throws IndexOutOfBoundsException if the directory lies outside of the file
   */
  static ImageHeader read(ByteBuffer file, boolean colors) {
    TiffDirectory page = TiffDirectory.first(file);
    int photometric = (int) page.first(PHOTOMETRIC, MIN_IS_BLACK);
    requireUnsigned(page);
    int bits = bits(page);
    if (colors) {
      requireKnownColors(page, photometric, bits);
      requireLayout(page, photometric, bits);
    } else {
      requireBands(page, photometric);
    }
    requireInside(page, file.limit());
    return new ImageHeader(
        ImageHeader.Format.TIFF,
        page.first(HEIGHT, 0),
        page.first(WIDTH, 0),
        Orientation.of(page),
        bits,
        (int) page.first(SAMPLES_PER_PIXEL, 1),
        samples(page, photometric),
        LOSSY.contains((int) page.first(COMPRESSION, 1)));
  }

  private static Samples samples(TiffDirectory page, int photometric) {
    if (page.first(SAMPLES_PER_PIXEL, 1) != 1) {
      return Samples.COLOR;
    }
    return switch (photometric) {
      case 0 -> Samples.INVERTED_GREY;
      case MIN_IS_BLACK -> Samples.GREY;
      case PALETTE -> Samples.INDEXED;
      default -> Samples.COLOR;
    };
  }

  private static int bits(TiffDirectory page) {
    long[] bits = page.values(BITS);
    long first = bits.length == 0 ? 1 : bits[0];
    for (long each : bits) {
      if (each != first) {
        throw new FormatException(
            "channels of "
                + first
                + " and "
                + each
                + " bits, expected the same for all;"
                + " convert the TIFF to 8 bits");
      }
    }
    if (first != 1 && first != 2 && first != 4 && first != 8 && first != 16) {
      throw new FormatException(
          "samples of "
              + first
              + " bits, expected 1, 2, 4, 8 or 16; convert the TIFF to 8 or 16"
              + " bits");
    }
    return (int) first;
  }

  private static void requireUnsigned(TiffDirectory page) {
    for (long each : page.values(SAMPLE_FORMAT)) {
      String found =
          switch ((int) each) {
            case 2 -> "signed";
            case 3 -> "floating-point";
            case 5, 6 -> "complex";
            default -> "";
          };
      if (!found.isEmpty()) {
        throw new FormatException(
            found
                + " samples, expected unsigned ones of at most 16 bits; choose which values are"
                + " black and white, and convert the TIFF to 8 or 16 bits");
      }
    }
  }

  private static void requireKnownColors(TiffDirectory page, int photometric, int bits) {
    long channels = page.first(SAMPLES_PER_PIXEL, 1);
    int most = photometric == RGB || photometric == YCBCR ? 4 : photometric == PALETTE ? 1 : 2;
    boolean known =
        (photometric >= 0 && photometric <= PALETTE) || (photometric == YCBCR && bits == 8);
    if (!known) {
      throw new FormatException(
          "colors of TIFF type "
              + photometric
              + name(photometric)
              + ", expected grey, RGB or a"
              + " palette; convert the TIFF to RGB");
    }
    if (channels > most || channels < 1 || (most == 4 && channels < 3)) {
      throw new FormatException(
          channels
              + " channels, expected grey or RGB, with at most one more for alpha; choose"
              + " three channels and export them as RGB");
    }
  }

  private static void requireBands(TiffDirectory page, int photometric) {
    long bands = page.first(SAMPLES_PER_PIXEL, 1);
    if (bands < 1 || bands > MOST_BANDS) {
      throw new FormatException(
          bands + " bands, expected 1 to " + MOST_BANDS + "; leave bands out");
    }
    requireSamples(page, hasPlanes(page) ? 1 : bands);
    boolean stored = photometric == MIN_IS_BLACK || photometric == RGB;
    if (!stored && (bands > 1 || photometric > PALETTE)) {
      throw new FormatException(
          "colors of TIFF type "
              + photometric
              + name(photometric)
              + ", expected bands stored as grey (black is zero) or RGB; save them so");
    }
  }

  private static void requireSamples(TiffDirectory page, long interleaved) {
    long width = page.first(WIDTH, 0);
    long row = interleaved * Math.max(width, page.first(TILE_WIDTH, width));
    if (row > MOST_SAMPLES_IN_ROW || row * page.first(HEIGHT, 0) > MOST_SAMPLES) {
      throw new FormatException(
          interleaved
              + " bands in rows of "
              + row
              + " samples, expected at most "
              + MOST_SAMPLES_IN_ROW
              + " in a row and "
              + MOST_SAMPLES
              + " in all; cut the image into tiles, leave bands out, or save them as separate"
              + " planes");
    }
  }

  /** Refuses what decoders do not read or read as something else. */
  private static void requireLayout(TiffDirectory page, int photometric, int bits) {
    boolean compressed = page.first(COMPRESSION, 1) != 1;
    if (hasPlanes(page) && bits == 16 && compressed) {
      throw new FormatException(
          "16 bits in separate planes; save the TIFF with interleaved channels, or as PNG");
    }
    if (bits == 2 || (bits == 4 && photometric != PALETTE)) {
      throw new FormatException(
          "a TIFF of " + bits + " bits, expected 1, 8 or 16; save it with 8 bits, or as PNG");
    }
    if (photometric == 0 && page.first(SAMPLES_PER_PIXEL, 1) > 1) {
      throw new FormatException(
          "a TIFF in which 0 is white, with alpha; save it as RGB, or as PNG");
    }
  }

  static boolean hasPlanes(TiffDirectory page) {
    return page.first(PLANAR_CONFIGURATION, 1) == 2 && page.first(SAMPLES_PER_PIXEL, 1) > 1;
  }

  private static String name(int photometric) {
    return switch (photometric) {
      case 4 -> " (transparency mask)";
      case 5 -> " (CMYK)";
      case 8, 9, 10 -> " (CIE L*a*b*)";
      case 32803, 34892 -> " (raw of a camera)";
      case 32844, 32845 -> " (LogLuv)";
      default -> "";
    };
  }

  private static void requireInside(TiffDirectory page, int length) {
    boolean tiled = page.has(TILE_OFFSETS);
    long[] offsets = page.values(tiled ? TILE_OFFSETS : STRIP_OFFSETS);
    long[] lengths = page.values(tiled ? TILE_BYTES : STRIP_BYTES);
    for (int i = 0; i < Math.min(offsets.length, lengths.length); i++) {
      boolean inside =
          offsets[i] >= 0 && lengths[i] >= 0 && offsets[i] <= length - Math.min(length, lengths[i]);
      if (!inside || lengths[i] > length) {
        throw FormatException.truncated(
            "the TIFF places "
                + lengths[i]
                + " bytes of pixels at byte "
                + Long.toUnsignedString(offsets[i])
                + " of "
                + length);
      }
    }
  }

  /**
   * Returns a copy that decoders do nothing to but decompress: not turned, not multiplied with its
   * alpha channel, and with the highest bit of each byte first.
   *
   * @param indices whether a palette is left out, too, so that its indices become grey levels
   * @throws FormatException if the pixels do not decompress completely
   */
  static byte[] plain(byte[] file, boolean indices) {
    byte[] copy = file.clone();
    TiffDirectory page = TiffDirectory.first(ByteBuffer.wrap(copy));
    TiffBlocks.requireKnownCompression(page);
    TiffBitOrder.normalize(page);
    TiffBlocks.requireComplete(page);
    page.overwrite(Orientation.TAG, Orientation.UPRIGHT);
    page.overwrite(EXTRA_SAMPLES, ASSOCIATED_ALPHA);
    if (indices && page.first(PHOTOMETRIC, MIN_IS_BLACK) == PALETTE) {
      page.overwrite(PHOTOMETRIC, MIN_IS_BLACK);
    }
    return TiffRows.areNeeded(page) ? TiffRows.of(page) : copy;
  }
}
