package dev.flipside.scorer.annotation.export;

/** Writes text into attributes and elements of XML 1.0 so that parsers return it unchanged. */
final class XmlText {
  private XmlText() {}

  /** Returns whether XML 1.0 can hold a text: no control characters, no halves of characters. */
  static boolean isPossible(String text) {
    return text.codePoints().allMatch(XmlText::isChar);
  }

  private static boolean isChar(int point) {
    return point == '\t'
        || point == '\n'
        || point == '\r'
        || (point >= 0x20 && point < 0xD800)
        || (point >= 0xE000 && point <= 0xFFFD)
        || point >= 0x10000;
  }

  /** Escapes a text. Parsers would turn tab and line feed in attributes into blanks. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int at = 0; at < text.length(); at++) {
      char each = text.charAt(at);
      switch (each) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\t', '\n', '\r' -> escaped.append("&#").append((int) each).append(';');
        default -> escaped.append(each);
      }
    }
    return escaped.toString();
  }

  /** Returns a text for a comment, with what XML or a comment cannot hold as escapes of Java. */
  static String inComment(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              if (isChar(point) && point >= 0x20 && point != '-') {
                escaped.appendCodePoint(point);
              } else {
                escaped.append(String.format("\\u%04x", point));
              }
            });
    return escaped.toString();
  }
}
