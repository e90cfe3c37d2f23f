package dev.flipside.scorer.image.format;

import java.nio.ByteBuffer;

/** The orientation tag of EXIF data and TIFF files. */
public final class Orientation {
  /** Rows run top to bottom and columns left to right, as stored. */
  public static final int UPRIGHT = 1;

  static final int TAG = 274;

  private static final byte[] PREFIX = {'E', 'x', 'i', 'f', 0, 0};

  private Orientation() {}

  /** Returns whether height and width change places when the orientation (1 to 8) is applied. */
  public static boolean transposes(int orientation) {
    return orientation >= 5;
  }

  /**
   * Returns the orientation in EXIF data, with or without the prefix {@code Exif\0\0} that JPEG
   * requires; 1 if there is none that can be understood.
   */
  static int ofExif(ByteBuffer exif) {
    ByteBuffer tiff = exif.slice();
    if (startsWithPrefix(tiff)) {
      tiff = tiff.slice(PREFIX.length, tiff.limit() - PREFIX.length);
    }
    try {
      return of(TiffDirectory.first(tiff));
    } catch (IndexOutOfBoundsException | FormatException e) {
      return UPRIGHT; // decoders show the image upright, too
    }
  }

  /** Returns the orientation of a directory, 1 if it has none from 1 to 8. */
  static int of(TiffDirectory directory) {
    long value = directory.first(TAG, UPRIGHT);
    return value >= 1 && value <= 8 ? (int) value : UPRIGHT;
  }

  /** Returns whether bytes begin with {@code Exif\0\0}. */
  static boolean startsWithPrefix(ByteBuffer data) {
    return data.limit() >= PREFIX.length
        && data.slice(0, PREFIX.length).equals(ByteBuffer.wrap(PREFIX));
  }
}
