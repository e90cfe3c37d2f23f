package dev.flipside.scorer.scores;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Scans a line in exactly the form that {@link ScoreLine} writes: fields in order, no spaces, no
 * escapes in the image ID. Returns null for any other line.
 */
final class ScoreLineScanner {
  private static final byte[] IMAGE = ascii("{\"image\":\"");
  private static final byte[] HEIGHT = ascii("\",\"height\":");
  private static final byte[] WIDTH = ascii(",\"width\":");
  private static final byte[] ROWS = ascii(",\"rows\":");
  private static final byte[] COLS = ascii(",\"cols\":");
  private static final byte[] REGION_HEIGHT = ascii(",\"regionHeight\":");
  private static final byte[] REGION_WIDTH = ascii(",\"regionWidth\":");
  private static final byte[] SCORES = ascii(",\"scores\":[");

  /** Powers of ten that are exact as a double. */
  private static final double[] TEN = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final int MAX_REGIONS = 1 << 24;

  private final byte[] bytes;
  private final int to;
  private int at;
  private boolean other;

  ScoreLineScanner(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
  }

  /**
   * Returns the scores, or null if the line has another form.
   *
   * @throws IllegalArgumentException if the line has this form but its numbers contradict each
   *     other
   */
  @Nullable RegionScores scores() {
    expect(IMAGE);
    String image = text();
    expect(HEIGHT);
    int height = integer();
    expect(WIDTH);
    int width = integer();
    expect(ROWS);
    int rows = integer();
    expect(COLS);
    int cols = integer();
    expect(REGION_HEIGHT);
    int regionHeight = integer();
    expect(REGION_WIDTH);
    int regionWidth = integer();
    expect(SCORES);
    long count = (long) rows * cols;
    if (other || count > MAX_REGIONS || count > to - at) {
      return null;
    }
    float[] scores = new float[(int) count];
    for (int index = 0; index < scores.length && !other; index++) {
      scores[index] = number();
      expect(index + 1 < scores.length ? ',' : ']');
    }
    expect('}');
    return other || at != to
        ? null
        : ScoreLine.checked(image, height, width, rows, cols, regionHeight, regionWidth, scores);
  }

  private void expect(byte[] text) {
    if (other
        || to - at < text.length
        || !Arrays.equals(bytes, at, at + text.length, text, 0, text.length)) {
      other = true;
    } else {
      at += text.length;
    }
  }

  private void expect(char each) {
    if (other || at >= to || bytes[at] != each) {
      other = true;
    } else {
      at++;
    }
  }

  private String text() {
    int start = at;
    while (!other && at < to && bytes[at] != '"') {
      other = bytes[at] == '\\';
      at++;
    }
    return other ? "" : new String(bytes, start, at - start, StandardCharsets.UTF_8);
  }

  private int integer() {
    int start = at;
    int value = 0;
    while (!other && at < to && isDigit(bytes[at])) {
      value = 10 * value + bytes[at] - '0';
      at++;
    }
    other |= at == start || at - start > 9;
    return value;
  }

  /**
   * Parses a decimal number. With up to 15 digits over an exact power of ten, one division gives
   * the correctly rounded double. Rounding that to float differs from rounding once only if the
   * double is half-way between two floats; in that case {@link Float#parseFloat} is used.
   */
  private float number() {
    if (other) {
      return 0;
    }
    int start = at;
    boolean negative = at < to && bytes[at] == '-';
    if (negative) {
      at++;
    }
    long digits = 0;
    int significant = 0;
    int fraction = 0;
    boolean point = false;
    int first = at;
    for (; at < to; at++) {
      byte each = bytes[at];
      if (isDigit(each)) {
        digits = 10 * digits + each - '0';
        significant += digits == 0 ? 0 : 1;
        fraction += point ? 1 : 0;
        if (significant > 15) {
          return library(start);
        }
      } else if (each == '.' && !point && at > first) {
        point = true;
      } else {
        break;
      }
    }
    if (fraction >= TEN.length || (at < to && (bytes[at] == 'E' || bytes[at] == 'e'))) {
      return library(start);
    }
    if (at == first || bytes[at - 1] == '.') {
      other = true;
      return 0;
    }
    double value = digits / TEN[fraction];
    if ((Double.doubleToRawLongBits(value) & 0x1FFFFFFF) == 0x10000000) {
      return library(start);
    }
    return (float) (negative ? -value : value);
  }

  private float library(int start) {
    int end = start;
    while (end < to && bytes[end] != ',' && bytes[end] != ']') {
      end++;
    }
    at = end;
    try {
      return Float.parseFloat(new String(bytes, start, end - start, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      other = true;
      return 0;
    }
  }

  private static boolean isDigit(byte each) {
    return each >= '0' && each <= '9';
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
