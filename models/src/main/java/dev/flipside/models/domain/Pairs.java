package dev.flipside.models.domain;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code AxB}, the way sizes and grids are written on the command line and in requests. */
final class Pairs {
  private static final Pattern PAIR = Pattern.compile("(\\d{1,9})[xX](\\d{1,9})");

  private Pairs() {}

  /**
   * The two numbers, not yet checked for their range.
   *
   * @param what names the value in the error
   * @param form describes the expected form in the error
   */
  static int[] parse(String text, String what, String form) {
    Matcher matcher = PAIR.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(what + " \"" + text + "\": expected " + form);
    }
    return new int[] {Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))};
  }
}
