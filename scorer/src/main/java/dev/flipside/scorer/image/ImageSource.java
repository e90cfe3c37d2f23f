package dev.flipside.scorer.image;

import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the pixels of image files come from. Safe for use by several threads. */
@FunctionalInterface
public interface ImageSource {
  /** Reads and decodes every file anew, by the rules of {@link ImageFile}. */
  ImageSource FILES =
      (file, resize) -> {
        ImageFile read = ImageFile.read(file);
        ImageSize size = resize == null ? read.size() : resize;
        return new ImagePixels() {
          @Override
          public ImageSize size() {
            return size;
          }

          @Override
          public void writeInto(ByteBuffer target, int offset) {
            read.decodeInto(target, offset, size);
          }
        };
      };

  /**
   * Opens an image.
   *
   * @param resize size to resize to, or null for the image's own
   * @throws ImageException if the file is no image that can be read
   */
  ImagePixels open(Path file, @Nullable ImageSize resize);
}
