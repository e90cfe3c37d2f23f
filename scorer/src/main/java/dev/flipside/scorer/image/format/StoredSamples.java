package dev.flipside.scorer.image.format;

/**
 * Rewrites image files so that a decoder returns the samples as they are stored, neither turned nor
 * looked up in a palette. Pixel data is never touched.
 */
public final class StoredSamples {
  private StoredSamples() {}

  /** Returns the file to decode for the colors of its stored pixels. */
  public static byte[] ofImage(ImageHeader header, byte[] file) {
    return header.format() == ImageHeader.Format.TIFF ? TiffPage.plain(file, false) : file;
  }

  /**
   * Returns the file to decode for its stored samples: indices into a palette become grey levels,
   * stretched to 0 to 255 if they have fewer than 8 bits (not in BMP).
   */
  public static byte[] ofLabel(ImageHeader header, byte[] file) {
    return switch (header.format()) {
      case TIFF -> TiffPage.plain(file, true);
      case PNG -> header.samples() == Samples.COLOR ? file : PngPalette.asGrey(file);
      case BMP -> header.samples() == Samples.INDEXED ? BmpFile.indicesAsGrey(file) : file;
      case JPEG, WEBP -> file;
    };
  }

  /** Returns by what the decoder multiplies samples of fewer than 8 bits. */
  public static int stretch(ImageHeader header) {
    return header.bits() >= 8 || header.format() == ImageHeader.Format.BMP
        ? 1
        : 255 / ((1 << header.bits()) - 1);
  }
}
