package dev.flipside.scorer.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the orientation tag of the TIFF structure that EXIF data is. */
final class Orientation {
  /** Rows run top to bottom and columns left to right, as stored. */
  static final int UPRIGHT = 1;

  private static final int TAG = 0x0112;

  private Orientation() {}

  /** Whether height and width change places when the orientation (1 to 8) is applied. */
  static boolean transposes(int orientation) {
    return orientation >= 5;
  }

  /** The orientation that EXIF data asks for, 1 where it says nothing that can be understood. */
  static int ofExif(ByteBuffer exif) {
    ByteBuffer tiff = exif.slice();
    if (tiff.remaining() < 8) {
      return UPRIGHT;
    }
    short order = tiff.getShort(0);
    if (order != 0x4949 && order != 0x4D4D) {
      return UPRIGHT;
    }
    tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    if (directory + 2 > tiff.limit()) {
      return UPRIGHT;
    }
    int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
    for (int entry = 0; entry < entries; entry++) {
      long at = directory + 2 + 12L * entry;
      if (at + 12 > tiff.limit()) {
        return UPRIGHT;
      }
      if (Short.toUnsignedInt(tiff.getShort((int) at)) == TAG) {
        int value = Short.toUnsignedInt(tiff.getShort((int) at + 8));
        return value >= 1 && value <= 8 ? value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }
}
