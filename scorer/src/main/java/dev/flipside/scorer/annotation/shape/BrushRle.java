package dev.flipside.scorer.annotation.shape;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;

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

  /** Encodes the pixels of a label map that have one class ID. */
  public static byte[] encode(LabelMap labels, int id) {
    int pixels = labels.ids().length;
    Writer bits = new Writer();
    bits.write(CHANNELS * pixels, COUNT_BITS);
    bits.write(WORD - 1, WORD_BITS);
    for (int size : SIZES) {
      bits.write(size - 1, SIZE_BITS);
    }
    int from = 0;
    while (from < pixels) {
      boolean inside = (labels.ids()[from] & 0xFF) == id;
      int to = from + 1;
      while (to < pixels && (labels.ids()[to] & 0xFF) == id == inside) {
        to++;
      }
      run(bits, (long) CHANNELS * (to - from), inside ? 0xFF : 0);
      from = to;
    }
    return bits.bytes();
  }

  private static void run(Writer bits, long length, int value) {
    long left = length;
    while (left > 0) {
      int part = (int) Math.min(left, 1 << SIZES[SIZES.length - 1]);
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
   * @return run lengths row by row: outside, inside, outside, …
   * @throws FlipsideException if the encoding is malformed or for another number of pixels
   */
  public static int[] decode(byte[] code, int pixels) {
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
    RunLengths mask = new RunLengths();
    long at = 0;
    while (at < count) {
      boolean repeated = bits.read(1) == 1;
      long to = at + 1 + bits.read(sizes[(int) bits.read(KIND_BITS)]);
      if (to > count) {
        throw new FlipsideException("rle: a run ends at value " + to + " of " + count);
      }
      if (repeated) {
        // Pixels whose alpha lies in [at, to).
        mask.add(bits.read(word) != 0, (int) (to / CHANNELS - at / CHANNELS));
        at = to;
      } else {
        for (; at < to; at++) {
          boolean inside = bits.read(word) != 0;
          if (at % CHANNELS == ALPHA) {
            mask.add(inside, 1);
          }
        }
      }
    }
    return mask.toArray();
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
