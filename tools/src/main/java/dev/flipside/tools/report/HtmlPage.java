package dev.flipside.tools.report;

import java.util.Base64;
import java.util.List;

/** Writes a self-contained HTML page piece by piece; text is escaped, pictures are embedded. */
final class HtmlPage {
  private final StringBuilder body = new StringBuilder();
  private final String title;

  HtmlPage(String title) {
    this.title = title;
  }

  /**
   * A cell of a table.
   *
   * @param text its value
   * @param below a smaller line below it; may be empty
   * @param best whether it is the best of its group
   */
  record Cell(String text, String below, boolean best) {
    static final Cell EMPTY = of("–");

    static Cell of(String text) {
      return new Cell(text, "", false);
    }
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

  /** What a table or chart shows, below it. */
  HtmlPage note(String text) {
    return markup("<p class=\"note\">" + escape(text) + "</p>");
  }

  /** A table that scrolls sideways where the screen is narrow; its first column stays in sight. */
  HtmlPage table(List<String> header, List<List<Cell>> rows) {
    return table(header, rows, rows.size());
  }

  /**
   * The same, with rows at its end that are there to compare with.
   *
   * @param own number of rows before them
   */
  HtmlPage table(List<String> header, List<List<Cell>> rows, int own) {
    return markup(table("<table>", header, rows, own));
  }

  /** A table of words, which are wrapped. */
  HtmlPage textTable(List<String> header, List<List<Cell>> rows) {
    return markup(table("<table class=\"text\">", header, rows, rows.size()));
  }

  private static String table(String tag, List<String> header, List<List<Cell>> rows, int own) {
    StringBuilder out =
        new StringBuilder("<div class=\"scroll\" tabindex=\"0\">" + tag + "<thead><tr>");
    header.forEach(cell -> out.append("<th scope=\"col\">").append(escape(cell)).append("</th>"));
    out.append("</tr></thead><tbody>");
    for (int r = 0; r < rows.size(); r++) {
      List<Cell> row = rows.get(r);
      out.append(r < own ? "<tr>" : "<tr class=\"other\">");
      for (int i = 0; i < row.size(); i++) {
        cell(out, row.get(i), i == 0 ? "th scope=\"row\"" : "td");
      }
      out.append("</tr>");
    }
    return out.append("</tbody></table></div>").toString();
  }

  private static void cell(StringBuilder out, Cell cell, String tag) {
    out.append('<').append(tag).append('>');
    out.append(cell.best() ? "<b>" + escape(cell.text()) + "</b>" : escape(cell.text()));
    if (!cell.below().isEmpty()) {
      out.append("<small>").append(escape(cell.below())).append("</small>");
    }
    out.append("</").append(tag, 0, 2).append('>');
  }

  /** A picture with its caption, as PNG inside the page. */
  static String figure(byte[] png, String caption) {
    return "<figure>"
        + image(png, caption)
        + "<figcaption>"
        + escape(caption)
        + "</figcaption></figure>";
  }

  /** A picture as PNG inside the page. */
  static String image(byte[] png, String shows) {
    return "<img alt=\""
        + escape(shows)
        + "\" src=\"data:image/png;base64,"
        + Base64.getEncoder().encodeToString(png)
        + "\">";
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
        + Resources.text("report.css")
        + "</style></head>\n<body>\n"
        + body
        + "</body></html>\n";
  }
}
