package dev.flipside.scorer.image;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.pool.PoolImage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Source of the pixels of the images of a pool, wherever they lie. Thread-safe. */
@FunctionalInterface
public interface ImageSource {
  /** Reads and decodes every image from its file; see {@link ImageFile}. */
  ImageSource FILES =
      (image, resize, pixels) -> pixels(ImageFile.read(image.file(), pixels), resize);

  /**
   * Opens an image.
   *
   * @param resize size to resize to, or null to keep the size of the image
   * @param pixels what is read of a pixel
   * @throws ImageException if the image cannot be read
   * @throws dev.flipside.models.domain.FlipsideException if this source cannot read images where
   *     this one lies
   */
  ImagePixels open(PoolImage image, @Nullable ImageSize resize, PixelFormat pixels);

  /**
   * Returns the pixels of an image that has been read; they are decoded when they are asked for.
   *
   * @param resize size to resize to, or null to keep the size of the image
   */
  static ImagePixels pixels(ImageFile read, @Nullable ImageSize resize) {
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
  }
}
