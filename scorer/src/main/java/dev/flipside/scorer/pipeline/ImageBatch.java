package dev.flipside.scorer.pipeline;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Images of one size side by side in the buffer that becomes the input tensor {@code [B,H,W,3]}.
 * Places are given out one by one and filled by several threads; {@link BatchPipeline} guards it.
 */
final class ImageBatch {
  private static final int EMPTY = -1;

  private final ImageSize size;
  private final ByteBuffer rgb;
  private final int[] images;
  private int reserved;
  private int pending;

  /**
   * Allocates the buffer.
   *
   * @throws FlipsideException if it would be larger than 2 GiB or than the memory that is left
   */
  ImageBatch(ImageSize size, int capacity) {
    this.size = size;
    long bytes = 3 * size.pixels() * capacity;
    try {
      this.rgb = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    } catch (ArithmeticException | OutOfMemoryError e) {
      throw new FlipsideException(
          "a batch of "
              + capacity
              + " images of "
              + size
              + " needs "
              + bytes
              + " bytes, more than there are; a smaller --batch or --size needs less",
          e);
    }
    this.images = new int[capacity];
    Arrays.fill(images, EMPTY);
  }

  ImageSize size() {
    return size;
  }

  ByteBuffer rgb() {
    return rgb;
  }

  int capacity() {
    return images.length;
  }

  /** First byte of a place in the buffer. */
  int offset(int place) {
    return Math.toIntExact(3 * size.pixels() * place);
  }

  /** Gives out the next place to an image of the pool. */
  int reserve(int image) {
    images[reserved] = image;
    pending++;
    return reserved++;
  }

  boolean isReserved() {
    return reserved == images.length;
  }

  /** Whether every place that was given out is filled or given up. */
  boolean isSettled() {
    return pending == 0;
  }

  void filled() {
    pending--;
  }

  /** The image that was to take a place cannot be decoded; the place is computed for nothing. */
  void givenUp(int place) {
    pending--;
    images[place] = EMPTY;
  }

  /** Whether a place holds an image. */
  boolean holds(int place) {
    return images[place] != EMPTY;
  }

  /** Position in the pool of the image that holds a place. */
  int image(int place) {
    return images[place];
  }

  boolean isEmpty() {
    return Arrays.stream(images).allMatch(image -> image == EMPTY);
  }

  /** Makes the buffer free for other images. */
  void clear() {
    Arrays.fill(images, EMPTY);
    reserved = 0;
    pending = 0;
  }
}
