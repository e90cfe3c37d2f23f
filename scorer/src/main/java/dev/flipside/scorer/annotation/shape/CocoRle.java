package dev.flipside.scorer.annotation.shape;

import dev.flipside.models.domain.FlipsideException;
import java.util.Arrays;

/**
 * Compressed run lengths of COCO: each number is the difference to the number two before it, from
 * the fourth on, in groups of 5 bits, lowest first, with a bit that tells whether more follow, as
 * characters from {@code '0'}.
 */
public final class CocoRle {
  private static final int GROUP = 5;
  private static final int MORE = 0x20;
  private static final int SIGN = 0x10;
  private static final int ZERO = 48;

  private CocoRle() {}

  /** Encodes run lengths. */
  public static String encode(int[] runs) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < runs.length; at++) {
      int left = at > 2 ? runs[at] - runs[at - 2] : runs[at];
      boolean more = true;
      while (more) {
        int group = left & 0x1F;
        left >>= GROUP;
        more = (group & SIGN) != 0 ? left != -1 : left != 0;
        text.append((char) ((more ? group | MORE : group) + ZERO));
      }
    }
    return text.toString();
  }

  /**
   * Decodes run lengths.
   *
   * @throws FlipsideException if the text is malformed
   */
  public static int[] decode(String text) {
    int[] runs = new int[text.length()];
    int count = 0;
    int at = 0;
    while (at < text.length()) {
      long value = 0;
      int shift = 0;
      int group;
      do {
        if (at == text.length() || shift > 30) {
          throw new FlipsideException("counts: malformed compressed run lengths at " + at);
        }
        group = text.charAt(at++) - ZERO;
        if (group < 0 || group > 0x3F) {
          throw new FlipsideException(
              "counts: character \"" + text.charAt(at - 1) + "\" in compressed run lengths");
        }
        value |= (long) (group & 0x1F) << shift;
        shift += GROUP;
      } while ((group & MORE) != 0);
      if ((group & SIGN) != 0) {
        value |= -1L << shift;
      }
      if (count > 2) {
        value += runs[count - 2];
      }
      if (value < 0 || value > Integer.MAX_VALUE) {
        throw new FlipsideException("counts: a run of " + value + " px");
      }
      runs[count++] = (int) value;
    }
    return Arrays.copyOf(runs, count);
  }
}
