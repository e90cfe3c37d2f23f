package dev.flipside.scorer.pipeline;

import dev.flipside.models.card.PixelFormat;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Images of one size in the buffer of the input tensor {@code [B,H,W,c]}. Slots are assigned one by
 * one and filled by several threads. Guarded by {@link BatchPipeline}.
 */
final class ImageBatch {
  private static final int EMPTY = -1;

  private final ImageSize size;
  private final PixelFormat format;
  private final ByteBuffer pixels;
  private final int[] images;
  private int reserved;
  private int pending;

  /**
   * Allocates the buffer.
   *
   * @throws FlipsideException if it would be larger than 2 GiB or than the available memory
   */
  ImageBatch(ImageSize size, int capacity, PixelFormat format) {
    this.size = size;
    this.format = format;
    long bytes = format.pixelBytes() * size.pixels() * capacity;
    try {
      this.pixels = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    } catch (ArithmeticException | OutOfMemoryError e) {
      throw new FlipsideException(
          "a batch of "
              + capacity
              + " images of "
              + size
              + " needs "
              + bytes
              + " bytes, more than available; use a smaller --batch, --size or --tile",
          e);
    }
    this.images = new int[capacity];
    Arrays.fill(images, EMPTY);
  }

  ImageSize size() {
    return size;
  }

  PixelFormat format() {
    return format;
  }

  ByteBuffer pixels() {
    return pixels;
  }

  int capacity() {
    return images.length;
  }

  /** Returns the offset of a slot in the buffer, in bytes. */
  int offset(int place) {
    return Math.toIntExact(format.pixelBytes() * size.pixels() * place);
  }

  /** Assigns the next slot to an image of the pool and returns it. */
  int reserve(int image) {
    images[reserved] = image;
    pending++;
    return reserved++;
  }

  boolean isReserved() {
    return reserved == images.length;
  }

  /** Returns whether every assigned slot is filled or marked as unusable. */
  boolean isSettled() {
    return pending == 0;
  }

  void filled() {
    pending--;
  }

  /**
   * Marks a slot as unusable because its image cannot be decoded. The slot is computed but has no
   * result.
   */
  void givenUp(int place) {
    pending--;
    images[place] = EMPTY;
  }

  /** Returns whether a slot holds an image. */
  boolean holds(int place) {
    return images[place] != EMPTY;
  }

  /** Returns the position in the pool of the image in a slot. */
  int image(int place) {
    return images[place];
  }

  boolean isEmpty() {
    return Arrays.stream(images).allMatch(image -> image == EMPTY);
  }

  /** Resets the batch so that its buffer can be reused. */
  void clear() {
    Arrays.fill(images, EMPTY);
    reserved = 0;
    pending = 0;
  }
}
