package dev.flipside.scorer.image;

import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;

/** An image of known size whose pixels can be written into a buffer. */
public interface ImagePixels {
  /** Returns the size of the pixels that {@link #writeInto} writes. */
  ImageSize size();

  /**
   * Writes the pixels into a part of a direct buffer.
   *
   * @param target receives {@code [height, width, n]} in the pixel format it was opened with
   * @param offset first byte of the target that is written
   * @throws ImageException if the image cannot be decoded
   */
  void writeInto(ByteBuffer target, int offset);
}
