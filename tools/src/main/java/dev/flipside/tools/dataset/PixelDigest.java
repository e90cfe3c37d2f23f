package dev.flipside.tools.dataset;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageException;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.image.LabelReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The pixels of an image file, and a checksum of them. Of the pixels and not of the file, so that
 * the same picture in another lossless format has the same.
 *
 * @param size size of the picture
 * @param digest the first 128 bits of SHA-256 in hexadecimal: over the RGB bytes of an image, over
 *     the ids of a label map, row by row
 */
record PixelDigest(ImageSize size, String digest) {
  private static final int BYTES = 16;

  /**
   * Reads an image.
   *
   * @throws ImageException if the file is no image that can be read
   */
  static PixelDigest ofImage(Path file) {
    DecodedImage image = ImageReader.read(file, null);
    return new PixelDigest(image.size(), hex(image.rgb().duplicate().rewind()));
  }

  /**
   * Reads a label map.
   *
   * @throws ImageException if the file is no image of ids, or one is not among the classes
   */
  static PixelDigest ofLabels(Path file, ClassMap classes) {
    LabelMap labels = LabelReader.read(file, classes, null);
    return new PixelDigest(labels.size(), hex(ByteBuffer.wrap(labels.ids())));
  }

  private static String hex(ByteBuffer bytes) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(bytes);
      return HexFormat.of().formatHex(sha.digest(), 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
