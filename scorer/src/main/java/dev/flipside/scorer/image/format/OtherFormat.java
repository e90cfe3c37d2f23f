package dev.flipside.scorer.image.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Names the format of a file that is not supported, if its first bytes tell. */
final class OtherFormat {
  private static final String SUPPORTED = "expected a PNG, JPEG, WebP, TIFF or BMP file";

  private OtherFormat() {}

  static String describe(ByteBuffer file) {
    byte[] start = new byte[Math.min(16, file.limit())];
    file.get(0, start);
    String text = new String(start, StandardCharsets.ISO_8859_1);
    String name = "";
    if (text.startsWith("GIF8")) {
      name = "GIF";
    } else if (text.startsWith("ftypavif", 4) || text.startsWith("ftypavis", 4)) {
      name = "AVIF";
    } else if (text.startsWith("ftyphe", 4) || text.startsWith("ftypmif1", 4)) {
      name = "HEIC";
    } else if (text.startsWith("jP  ", 4) || text.startsWith("\u00FFO\u00FFQ")) {
      name = "JPEG 2000";
    } else if (text.startsWith("JXL ", 4) || text.startsWith("\u00FF\n")) {
      name = "JPEG XL";
    } else if (text.startsWith("8BPS")) {
      name = "Photoshop";
    } else if (text.startsWith("%PDF")) {
      name = "PDF";
    } else if (text.matches("(?s)P[1-7]\\s.*")) {
      name = "Netpbm";
    }
    return name.isEmpty()
        ? "not an image that can be read, " + SUPPORTED
        : ("A".equals(name.substring(0, 1)) ? "an " : "a ")
            + name
            + " file, "
            + SUPPORTED
            + "; convert it to PNG";
  }
}
