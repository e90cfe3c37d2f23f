package dev.flipside.scorer.image.format;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks the segments of a JPEG file and the entropy-coded data between them to the end-of-image
 * marker. Decoders fill pixels that are missing before that marker with grey and report success.
 */
final class JpegFile {
  private static final int HUFFMAN_TABLES = 0xC4;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;
  private static final int RESTART_INTERVAL = 0xDD;

  private final ByteBuffer data;
  private @Nullable ImageHeader header;
  private int frameAt;
  private int orientation;
  private long interval;

  /** Restart markers that the current scan must have, and those found. */
  private long expectedRestarts;

  private long restarts;

  private JpegFile(ByteBuffer data) {
    this.data = data;
  }

  /**
   * Reads the header.
   *
   * @throws FormatException if the file ends early, or pixels are missing before its end mark
   * @throws IndexOutOfBoundsException if a segment runs past the end of the file
   */
  static ImageHeader read(ByteBuffer data) {
    return new JpegFile(data).walk();
  }

  private ImageHeader walk() {
    int at = 2;
    while (at + 1 < data.limit()) {
      int marker = data.get(at + 1) & 0xFF;
      if (data.get(at) != (byte) 0xFF) {
        at++; // entropy-coded data, or stray bytes that decoders skip too
      } else if (marker == 0xFF) {
        at++; // fill byte
      } else if (marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
        restarts += marker >= 0xD0 && marker < 0xD8 ? 1 : 0;
        at += 2; // stuffed byte or restart marker
      } else {
        requireRestarts(at);
        if (marker == END_OF_IMAGE) {
          if (header == null) {
            break;
          }
          requireNothingBehind(at + 2);
          return header.turned(Math.max(1, orientation));
        }
        int length = Short.toUnsignedInt(data.getShort(at + 2));
        segment(marker, at, length);
        at += 2 + Math.max(2, length);
      }
    }
    throw FormatException.truncated(
        "the JPEG ends at byte " + data.limit() + " before its end-of-image marker");
  }

  private void segment(int marker, int at, int length) {
    if (isFrame(marker)) {
      frameAt = at;
      header =
          new ImageHeader(
              ImageHeader.Format.JPEG,
              Short.toUnsignedLong(data.getShort(at + 5)),
              Short.toUnsignedLong(data.getShort(at + 7)),
              1,
              8,
              Math.min(3, data.get(at + 9)),
              Samples.COLOR,
              true);
      header.requireReadable();
    } else if (marker == RESTART_INTERVAL) {
      interval = Short.toUnsignedLong(data.getShort(at + 4));
    } else if (marker == START_OF_SCAN && header != null && interval > 0) {
      expectedRestarts = (units(header, at) - 1) / interval;
      restarts = 0;
    } else if (marker == 0xE1 && orientation == 0 && length >= 8) {
      // APP1 holds EXIF or XMP; of several EXIF segments the first one counts.
      ByteBuffer segment = data.slice(at + 4, length - 2);
      if (Orientation.startsWithPrefix(segment)) {
        orientation = Orientation.ofExif(segment);
      }
    }
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  /** Returns the number of MCUs in a scan (ITU-T T.81, A.2). */
  private long units(ImageHeader frame, int scanAt) {
    int most = Byte.toUnsignedInt(data.get(frameAt + 9));
    int across = 1;
    int down = 1;
    int own = 0x11;
    for (int i = 0; i < most; i++) {
      int component = frameAt + 10 + 3 * i;
      int factors = Byte.toUnsignedInt(data.get(component + 1));
      across = Math.max(across, factors >> 4);
      down = Math.max(down, factors & 15);
      if (data.get(component) == data.get(scanAt + 5)) {
        own = factors;
      }
    }
    if (data.get(scanAt + 4) == 1) { // of one component, each block is a unit
      long width = ceil(frame.width() * (own >> 4), across);
      long height = ceil(frame.height() * (own & 15), down);
      return ceil(width, 8) * ceil(height, 8);
    }
    return ceil(frame.width(), 8L * across) * ceil(frame.height(), 8L * down);
  }

  private static long ceil(long value, long divisor) {
    return (value + divisor - 1) / divisor;
  }

  private void requireRestarts(int at) {
    if (restarts < expectedRestarts) {
      throw FormatException.truncated(
          "a scan of the JPEG ends at byte "
              + at
              + " after "
              + restarts
              + " of "
              + expectedRestarts
              + " restart markers");
    }
    expectedRestarts = 0;
  }

  /**
   * Refuses files in which scans go on behind the end mark, to another end mark at the end of the
   * file. What other programs append, as previews and films, has other markers.
   */
  private void requireNothingBehind(int end) {
    int content = 0;
    for (int at = end; at + 1 < data.limit(); at++) {
      int marker = data.get(at + 1) & 0xFF;
      boolean coded =
          marker == 0x00
              || marker == 0xFF
              || (marker >= 0xD0 && marker <= 0xD7)
              || marker == HUFFMAN_TABLES
              || marker == START_OF_SCAN;
      if (data.get(at) == (byte) 0xFF && marker == END_OF_IMAGE) {
        if (content > 1 && at + 2 == data.limit()) {
          throw FormatException.truncated(
              "the JPEG has an end-of-image marker at byte " + (end - 2) + " amid its pixels");
        }
        return;
      } else if (data.get(at) == (byte) 0xFF && !coded) {
        return;
      }
      content += data.get(at) == 0 ? 0 : 1;
    }
  }
}
