package dev.flipside.scorer.image.format;

import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Properties of an image file before decoding. Reading them checks the structure of the whole file
 * to detect truncated files, whose missing pixels decoders silently fill with grey.
 *
 * @param format format, determined from the content, not from the name
 * @param height stored height in px
 * @param width stored width in px
 * @param orientation EXIF orientation of the stored pixels, 1 to 8
 * @param bits bits per sample, 8 if the format has only one depth
 * @param bands number of samples of a pixel, as far as the file tells
 * @param samples what the samples of a pixel are
 * @param lossy whether pixels may differ from those that were encoded
 */
public record ImageHeader(
    Format format,
    long height,
    long width,
    int orientation,
    int bits,
    int bands,
    Samples samples,
    boolean lossy) {

  /** Supported formats. */
  public enum Format {
    PNG("PNG"),
    JPEG("JPEG"),
    WEBP("WebP"),
    TIFF("TIFF"),
    BMP("BMP");

    private final String words;

    Format(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /** Maximum number of pixels, so that a small file cannot request gigabytes of memory. */
  static final long MAX_PIXELS = 1L << 27;

  private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;

  /** Returns the size with the orientation applied. */
  public ImageSize size() {
    return Orientation.transposes(orientation)
        ? new ImageSize((int) width, (int) height)
        : storedSize();
  }

  /** Returns the size of the stored pixels. */
  public ImageSize storedSize() {
    return new ImageSize((int) height, (int) width);
  }

  /**
   * Reads and checks the structure of a whole file.
   *
   * @param file bytes of the file
   * @throws FormatException if the file is empty, has an unsupported format, is truncated or
   *     damaged, or declares no pixels or too many
   */
  public static ImageHeader read(byte[] file) {
    return read(file, true);
  }

  /**
   * Reads and checks the structure of a whole file whose bands need not be colors; see {@link
   * #read(byte[])}.
   */
  public static ImageHeader readBands(byte[] file) {
    return read(file, false);
  }

  private static ImageHeader read(byte[] file, boolean colors) {
    if (file.length == 0) {
      throw new FormatException("the file is empty, expected an image");
    }
    ByteBuffer data = ByteBuffer.wrap(file);
    ImageHeader header;
    try {
      if (file.length >= 8 && data.getLong(0) == PNG_SIGNATURE) {
        header = png(data);
      } else if (file.length >= 3 && data.getShort(0) == (short) 0xFFD8 && file[2] == (byte) 0xFF) {
        header = JpegFile.read(data);
      } else if (file.length >= 12
          && data.getInt(0) == 0x52494646
          && data.getInt(8) == 0x57454250) {
        header = webp(data);
      } else if (TiffDirectory.begins(data)) {
        header = TiffPage.read(data, colors);
      } else if (file.length >= 26 && file[0] == 'B' && file[1] == 'M') {
        header = BmpFile.read(data);
      } else {
        throw new FormatException(OtherFormat.describe(data));
      }
    } catch (IndexOutOfBoundsException e) {
      throw FormatException.truncated("its structure runs past its last byte");
    }
    header.requireReadable();
    return header;
  }

  /** Returns the same header with another orientation. */
  ImageHeader turned(int other) {
    return new ImageHeader(format, height, width, other, bits, bands, samples, lossy);
  }

  void requireReadable() {
    if (height < 1 || width < 1) {
      throw new FormatException("declares " + height + "x" + width + " px, expected at least 1x1");
    }
    if (height > MAX_PIXELS || width > MAX_PIXELS || height * width > MAX_PIXELS) {
      throw new FormatException(
          "declares "
              + height
              + "x"
              + width
              + " px, at most "
              + MAX_PIXELS
              + " px are read; cut the image into tiles");
    }
  }

  /** Walks the chunks, each with its checksum, to the end mark. */
  private static ImageHeader png(ByteBuffer data) {
    long height = 0;
    long width = 0;
    int bits = 0;
    int bands = 1;
    Samples samples = Samples.COLOR;
    int orientation = 0;
    int at = 8;
    while (true) {
      if (data.limit() - at < 12) {
        throw FormatException.truncated(
            "the PNG ends at byte " + data.limit() + " before its end mark");
      }
      long length = Integer.toUnsignedLong(data.getInt(at));
      int type = data.getInt(at + 4);
      if (type == 0x49484452) { // IHDR: refuse hostile sizes even where the rest is missing
        height = Integer.toUnsignedLong(data.getInt(at + 12));
        width = Integer.toUnsignedLong(data.getInt(at + 8));
        bits = data.get(at + 16);
        samples =
            switch (data.get(at + 17)) {
              case 0 -> Samples.GREY;
              case 3 -> Samples.INDEXED;
              default -> Samples.COLOR;
            };
        bands =
            switch (data.get(at + 17)) {
              case 2 -> 3;
              case 4 -> 2;
              case 6 -> 4;
              default -> 1;
            };
        new ImageHeader(Format.PNG, height, width, orientation, bits, bands, samples, false)
            .requireReadable();
      }
      if (length > data.limit() - at - 12L) {
        throw FormatException.truncated("the PNG ends at byte " + data.limit() + " within a chunk");
      }
      CRC32 checksum = new CRC32();
      checksum.update(data.slice(at + 4, (int) length + 4));
      if ((int) checksum.getValue() != data.getInt(at + 8 + (int) length)) {
        throw FormatException.truncated("the PNG chunk at byte " + at + " fails its checksum");
      }
      if (type == 0x65584966 && orientation == 0) { // eXIf; the first one counts
        orientation = Orientation.ofExif(data.slice(at + 8, (int) length));
      }
      if (type == 0x49454E44) { // IEND
        return new ImageHeader(
            Format.PNG, height, width, Math.max(1, orientation), bits, bands, samples, false);
      }
      at += 12 + (int) length;
    }
  }

  private static ImageHeader webp(ByteBuffer file) {
    ByteBuffer data = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long end = 8 + Integer.toUnsignedLong(data.getInt(4));
    if (end > data.limit()) {
      throw FormatException.truncated(
          "the WebP declares " + end + " bytes and has " + data.limit());
    }
    long height = 0;
    long width = 0;
    boolean lossy = false;
    int orientation = 0;
    int at = 12;
    while (at + 8 <= end) {
      int type = Integer.reverseBytes(data.getInt(at));
      long length = Integer.toUnsignedLong(data.getInt(at + 4));
      if (length > end - at - 8) {
        throw FormatException.truncated("the WebP chunk at byte " + at + " runs past the end");
      }
      lossy |= type == 0x56503820;
      if (type == 0x56503820 && width == 0) { // "VP8 "
        width = data.getShort(at + 14) & 0x3FFF;
        height = data.getShort(at + 16) & 0x3FFF;
      } else if (type == 0x5650384C && width == 0) { // "VP8L"
        int packed = data.getInt(at + 9);
        width = (packed & 0x3FFF) + 1L;
        height = (packed >>> 14 & 0x3FFF) + 1L;
      } else if (type == 0x56503858) { // "VP8X"
        width = (data.getInt(at + 12) & 0xFFFFFF) + 1L;
        height = (data.getInt(at + 14) >>> 8) + 1L;
      } else if (type == 0x45584946 && orientation == 0) { // "EXIF"; the first one counts
        orientation = Orientation.ofExif(file.slice(at + 8, (int) length));
      }
      at += 8 + (int) (length + (length & 1));
    }
    return new ImageHeader(
        Format.WEBP, height, width, Math.max(1, orientation), 8, 3, Samples.COLOR, lossy);
  }
}
