package dev.flipside.scorer.image;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An image as a scoring graph takes it.
 *
 * @param size size of the image
 * @param pixels direct buffer {@code [height, width, n]} in the pixel format of the graph
 */
public record RawImage(ImageSize size, ByteBuffer pixels) {
  /**
   * Reads an image.
   *
   * @param resize size to resize to, or null to keep the size of the image
   * @throws ImageException if the file is not a readable image or does not have the wanted bands
   */
  public static RawImage read(Path file, @Nullable ImageSize resize, PixelFormat format) {
    ImageFile image = ImageFile.read(file, format);
    ImageSize size = resize == null ? image.size() : resize;
    long bytes = Math.multiplyExact((long) format.pixelBytes(), size.pixels());
    ByteBuffer pixels = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    image.decodeInto(pixels, 0, size);
    return new RawImage(size, pixels);
  }
}
