package dev.flipside.models.domain;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses {@code AxB}, the form of sizes and grids on the command line and in requests. */
final class PairParser {
  private static final Pattern PAIR = Pattern.compile("(\\d{1,9})[xX](\\d{1,9})");

  private PairParser() {}

  /**
   * Returns the two numbers without checking their range.
   *
   * @param what name of the value in the error message
   * @param form expected form in the error message
   */
  static int[] parse(String text, String what, String form) {
    Matcher matcher = PAIR.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(what + " \"" + text + "\": expected " + form);
    }
    return new int[] {Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))};
  }
}
