package dev.flipside.tools.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Writes a self-contained HTML page piece by piece; text is escaped, pictures are embedded. */
final class HtmlPage {
  private final StringBuilder body = new StringBuilder();
  private final String title;

  HtmlPage(String title) {
    this.title = title;
  }

  /** Markup that is known to be well-formed. */
  HtmlPage markup(String html) {
    body.append(html).append('\n');
    return this;
  }

  HtmlPage heading(String text) {
    return markup("<h2>" + escape(text) + "</h2>");
  }

  HtmlPage paragraph(String text) {
    return markup("<p class=\"lead\">" + escape(text) + "</p>");
  }

  /** A table that scrolls sideways where the screen is narrow. */
  HtmlPage table(List<String> header, List<List<String>> rows) {
    StringBuilder out = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");
    header.forEach(cell -> out.append("<th scope=\"col\">").append(escape(cell)).append("</th>"));
    out.append("</tr></thead><tbody>");
    for (List<String> row : rows) {
      out.append("<tr>");
      row.forEach(cell -> out.append("<td>").append(escape(cell)).append("</td>"));
      out.append("</tr>");
    }
    return markup(out.append("</tbody></table></div>").toString());
  }

  /** A picture with its caption, as PNG inside the page. */
  static String figure(byte[] png, String caption) {
    return "<figure><img loading=\"lazy\" alt=\""
        + escape(caption)
        + "\" src=\"data:image/png;base64,"
        + Base64.getEncoder().encodeToString(png)
        + "\"><figcaption>"
        + escape(caption)
        + "</figcaption></figure>";
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public String toString() {
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
        + escape(title)
        + "</title>\n<style>\n"
        + stylesheet()
        + "</style></head>\n<body>\n"
        + body
        + "</body></html>\n";
  }

  private static String stylesheet() {
    try (InputStream in = HtmlPage.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
