package dev.flipside.scorer.image;

import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;

/** The pixels of one image whose size is known, before they are where they are needed. */
public interface ImagePixels {
  /** Size of what {@link #writeInto} writes. */
  ImageSize size();

  /**
   * Writes the pixels into a part of a direct buffer.
   *
   * @param target receives {@code [height, width, 3]} RGB bytes
   * @param offset first byte of the target that is written
   * @throws ImageException if the image cannot be decoded
   */
  void writeInto(ByteBuffer target, int offset);
}
