package dev.flipside.scorer.scores;

import java.util.Locale;

/** Writes JSON strings. */
public final class JsonText {
  private JsonText() {}

  /** Appends a quoted and escaped string. */
  public static void append(StringBuilder json, String text) {
    json.append('"');
    for (int at = 0; at < text.length(); at++) {
      char each = text.charAt(at);
      switch (each) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (each < 0x20 || (Character.isSurrogate(each) && !isPaired(text, at))) {
            json.append(String.format(Locale.ROOT, "\\u%04x", (int) each));
          } else {
            json.append(each);
          }
        }
      }
    }
    json.append('"');
  }

  private static boolean isPaired(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at))
        ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
        : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
  }
}
