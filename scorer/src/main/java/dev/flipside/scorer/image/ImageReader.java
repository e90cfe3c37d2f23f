package dev.flipside.scorer.image;

import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads images as 8-bit RGB; see {@link ImageFile} for the conversion. */
public final class ImageReader {
  private ImageReader() {}

  /**
   * Reads an image into a new buffer.
   *
   * @param resizeTo size to resize to, or null to keep the size of the image
   * @throws ImageException if the file is not a readable image
   */
  public static DecodedImage read(Path file, @Nullable ImageSize resizeTo) {
    ImageFile image = ImageFile.read(file);
    DecodedImage decoded = DecodedImage.black(resizeTo == null ? image.size() : resizeTo);
    image.decodeInto(decoded.rgb(), 0, decoded.size());
    return decoded;
  }

  /**
   * Reads an image into a part of a buffer.
   *
   * @param size size of the result; the image is resized if its size differs
   * @param target direct buffer that receives {@code [height, width, 3]} RGB bytes
   * @param offset offset of the first byte to write
   * @throws ImageException if the file is not a readable image
   */
  public static void readInto(Path file, ImageSize size, ByteBuffer target, int offset) {
    ImageFile.read(file).decodeInto(target, offset, size);
  }

  /**
   * Returns the size of an image with its orientation applied, without decoding the pixels.
   *
   * @throws ImageException if the file is not a readable image
   */
  public static ImageSize probe(Path file) {
    return ImageFile.read(file).size();
  }
}
