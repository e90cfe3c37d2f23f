package dev.flipside.scorer.image;

import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Source of the pixels of image files. Thread-safe. */
@FunctionalInterface
public interface ImageSource {
  /** Reads and decodes every file; see {@link ImageFile}. */
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
   * @param resize size to resize to, or null to keep the size of the image
   * @throws ImageException if the file is not a readable image
   */
  ImagePixels open(Path file, @Nullable ImageSize resize);
}
