package dev.flipside.scorer.image;

import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads images as 8-bit RGB by the rules of {@link ImageFile}. */
public final class ImageReader {
  private ImageReader() {}

  /**
   * Reads an image into a buffer of its own.
   *
   * @param resizeTo size to resize to, or null to keep the image's own
   * @throws ImageException if the file is no image that can be read
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
   * @param size size the image gets; it is resized where its own differs
   * @param target direct buffer that receives {@code [height, width, 3]} RGB bytes
   * @param offset first byte of the target that is written
   * @throws ImageException if the file is no image that can be read
   */
  public static void readInto(Path file, ImageSize size, ByteBuffer target, int offset) {
    ImageFile.read(file).decodeInto(target, offset, size);
  }

  /**
   * The size of an image, its orientation applied, without decoding its pixels.
   *
   * @throws ImageException if the file is no image that can be read
   */
  public static ImageSize probe(Path file) {
    return ImageFile.read(file).size();
  }
}
