package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import java.util.BitSet;

/**
 * Run-length encoding of Label Studio's brush: a stream of bits, highest first. A header of 32 bits
 * for the number of values, 5 bits for the number of bits per value minus one, and four times 4
 * bits for the number of bits of each kind of length minus one. Then runs: one bit (1: one value
 * repeated, 0: individual values), two bits for the kind of length, the length minus one, the value
 * or values. Values are the channels of RGBA pixels, row by row; a pixel belongs to the mask if its
 * alpha is not 0.
 */
public final class BrushRle {
  private static final int CHANNELS = 4;
  private static final int ALPHA = 3;
  private static final int COUNT_BITS = 32;
  private static final int WORD_BITS = 5;
  private static final int WORD = 8;
  private static final int SIZE_BITS = 4;
  private static final int KIND_BITS = 2;
  private static final int[] SIZES = {3, 4, 8, 16};

  private BrushRle() {}

  /**
   * Encodes a mask.
   *
   * @param mask pixels, row-major
   * @param pixels number of pixels of the image
   */
  static byte[] encode(BitSet mask, int pixels) {
    Writer bits = new Writer();
    bits.write(CHANNELS * pixels, COUNT_BITS);
    bits.write(WORD - 1, WORD_BITS);
    for (int size : SIZES) {
      bits.write(size - 1, SIZE_BITS);
    }
    int from = 0;
    while (from < pixels) {
      boolean inside = mask.get(from);
      int next = inside ? mask.nextClearBit(from) : mask.nextSetBit(from);
      int to = next < 0 || next > pixels ? pixels : next;
      run(bits, CHANNELS * (to - from), inside ? 0xFF : 0);
      from = to;
    }
    return bits.bytes();
  }

  private static void run(Writer bits, int length, int value) {
    int left = length;
    while (left > 0) {
      int part = Math.min(left, 1 << SIZES[SIZES.length - 1]);
      int kind = 0;
      while (part > 1 << SIZES[kind]) {
        kind++;
      }
      bits.write(1, 1);
      bits.write(kind, KIND_BITS);
      bits.write(part - 1, SIZES[kind]);
      bits.write(value, WORD);
      left -= part;
    }
  }

  /**
   * Decodes a mask.
   *
   * @param code encoded bytes
   * @param pixels number of pixels of the image
   * @throws FlipsideException if the encoding is malformed or for another number of pixels
   */
  static BitSet decode(byte[] code, int pixels) {
    Reader bits = new Reader(code);
    long count = bits.read(COUNT_BITS);
    if (count != (long) CHANNELS * pixels) {
      throw new FlipsideException(
          "rle: of " + count + " values, expected " + CHANNELS + " for each of " + pixels + " px");
    }
    int word = (int) bits.read(WORD_BITS) + 1;
    int[] sizes = new int[SIZES.length];
    for (int kind = 0; kind < sizes.length; kind++) {
      sizes[kind] = (int) bits.read(SIZE_BITS) + 1;
    }
    BitSet mask = new BitSet(pixels);
    long at = 0;
    while (at < count) {
      boolean repeated = bits.read(1) == 1;
      long to = at + 1 + bits.read(sizes[(int) bits.read(KIND_BITS)]);
      if (to > count) {
        throw new FlipsideException("rle: a run ends at value " + to + " of " + count);
      }
      if (repeated) {
        if (bits.read(word) != 0) {
          // Pixels whose alpha lies in [at, to).
          mask.set((int) ((at + CHANNELS - 1 - ALPHA) / CHANNELS), (int) (to / CHANNELS));
        }
        at = to;
      } else {
        for (; at < to; at++) {
          if (bits.read(word) != 0 && at % CHANNELS == ALPHA) {
            mask.set((int) (at / CHANNELS));
          }
        }
      }
    }
    return mask;
  }

  private static final class Writer {
    private final java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    private long waiting;
    private int count;

    void write(int value, int bits) {
      waiting = (waiting << bits) | (value & ((1L << bits) - 1));
      count += bits;
      while (count >= Byte.SIZE) {
        count -= Byte.SIZE;
        out.write((int) (waiting >> count));
      }
    }

    byte[] bytes() {
      if (count > 0) {
        out.write((int) (waiting << (Byte.SIZE - count)));
        count = 0;
      }
      return out.toByteArray();
    }
  }

  private static final class Reader {
    private final byte[] code;
    private long at;

    Reader(byte[] code) {
      this.code = code;
    }

    long read(int bits) {
      if (at + bits > (long) code.length * Byte.SIZE) {
        throw new FlipsideException("rle: ends after " + code.length + " bytes, within a run");
      }
      long value = 0;
      for (int bit = 0; bit < bits; bit++, at++) {
        int octet = code[(int) (at / Byte.SIZE)];
        value = (value << 1) | ((octet >> (7 - at % Byte.SIZE)) & 1);
      }
      return value;
    }
  }
}
