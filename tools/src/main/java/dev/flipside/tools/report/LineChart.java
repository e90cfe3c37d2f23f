package dev.flipside.tools.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A line chart as inline SVG, its lines named at their ends. Colours are variables of the page's
 * style, so that it follows light and dark; markers differ as well, so that colour is not needed.
 */
final class LineChart {
  private static final int TOP = 14;
  private static final int BOTTOM = 46;
  private static final int LEFT = 60;

  /** Where there are more, markers would hide the line. */
  private static final int MOST_MARKERS = 30;

  private static final double LETTER = 7.2;
  private static final double LABEL_HEIGHT = 15;

  /** How a line looks. */
  enum Style {
    /** Markers and whiskers on a line. */
    SOLID,
    /** The same, dashed and thinner: measured by others. */
    DASHED,
    /** A thin line through the whole plot, without markers. */
    LEVEL
  }

  /**
   * A point of a line.
   *
   * @param x place on the horizontal axis
   * @param y mean over the seeds
   * @param spread standard deviation over the seeds, 0 for one seed
   */
  record Point(double x, double y, double spread) {}

  /**
   * One line.
   *
   * @param name what stands at its end
   * @param color number of its colour and marker, from 0; below 0 for the colour of text
   */
  record Line(String name, int color, Style style, List<Point> points) {}

  /**
   * An axis.
   *
   * @param label what it shows, with the unit
   * @param percent whether fractions are shown as per cent
   * @param fromZero whether it starts at 0 even where no value is near
   */
  record Axis(String label, boolean percent, boolean fromZero) {}

  private final List<Line> lines;
  private final int width;
  private final int height;
  private final int right;
  private final Scale xs;
  private final Scale ys;

  private LineChart(List<Line> lines, Scale xs, Scale ys, int width, int height) {
    this.lines = lines;
    this.width = width;
    this.height = height;
    int longest = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
    this.right = (int) (longest * LETTER) + 26;
    this.xs = xs;
    this.ys = ys;
  }

  /** The chart in the form for wide screens and in the form for phones; the style shows one. */
  static String svg(List<Line> lines, Axis x, Axis y) {
    Scale xs = xScale(lines, x);
    Scale ys = yScale(lines, y);
    return "<div class=\"wide\">"
        + new LineChart(lines, xs, ys, 760, 400).draw(x, y)
        + "</div><div class=\"narrow\">"
        + new LineChart(lines, xs, ys, 344, 330).draw(x, y)
        + "</div>";
  }

  /**
   * A small chart, for several side by side.
   *
   * @param all lines of all of these charts, which give them the same scales
   */
  static String small(List<Line> lines, List<Line> all, Axis x, Axis y) {
    return new LineChart(lines, xScale(all, x), yScale(all, y), 380, 260).draw(x, y);
  }

  private static Scale xScale(List<Line> lines, Axis x) {
    return Scale.of(lines, x, Point::x, p -> 0);
  }

  private static Scale yScale(List<Line> lines, Axis y) {
    return Scale.of(lines, y, Point::y, Point::spread);
  }

  private String draw(Axis x, Axis y) {
    StringBuilder out =
        new StringBuilder(
            text(
                "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                width, height, HtmlPage.escape(y.label() + " against " + x.label())));
    axes(out, x, y);
    double[] labels = labelHeights();
    for (int i = 0; i < lines.size(); i++) {
      line(out, lines.get(i), 3 * (i - (lines.size() - 1) / 2.0), labels[i]);
    }
    return out.append("</svg>").toString();
  }

  private void axes(StringBuilder out, Axis x, Axis y) {
    List<Double> heights = ys.ticks(height < 350 ? 5 : 7);
    List<String> names = names(heights, y);
    for (int i = 0; i < heights.size(); i++) {
      double at = py(heights.get(i));
      out.append(
          text(
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text x=\"%d\""
                  + " y=\"%.1f\" text-anchor=\"end\">%s</text>",
              LEFT, width - right, at, at, LEFT - 6, at + 4, names.get(i)));
    }
    List<Double> places = xs.ticks(width < 400 ? 3 : 6);
    names = names(places, x);
    for (int i = 0; i < places.size(); i++) {
      out.append(
          text(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
              px(places.get(i)), height - BOTTOM + 18, names.get(i)));
    }
    out.append(
        text(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text><text x=\"13\" y=\"%d\""
                + " transform=\"rotate(-90 13 %d)\" text-anchor=\"middle\">%s</text>",
            (LEFT + width - right) / 2,
            height - 8,
            HtmlPage.escape(x.label()),
            (height - BOTTOM) / 2,
            (height - BOTTOM) / 2,
            HtmlPage.escape(y.label())));
  }

  private void line(StringBuilder out, Line line, double aside, double labelY) {
    boolean level = line.style() == Style.LEVEL;
    String ink = line.color() < 0 ? "var(--soft)" : "var(--s" + line.color() % 10 + ")";
    String kind = line.style().name().toLowerCase(Locale.ROOT);
    out.append(text("<g class=\"%s\" style=\"--c:%s\">", kind, ink));
    StringBuilder path = new StringBuilder();
    StringBuilder marks = new StringBuilder();
    for (Point p : line.points()) {
      double x = px(p.x()) + (level ? 0 : aside);
      path.append(text("%.1f,%.1f ", x, py(p.y())));
      if (!level && line.points().size() <= MOST_MARKERS) {
        marks.append(whisker(x, p)).append(marker(line, x, p));
      }
    }
    Point last = line.points().get(line.points().size() - 1);
    out.append(text("<polyline points=\"%s\"/>", path.toString().strip())).append(marks);
    double end = px(last.x()) + (level ? 0 : aside + 5);
    out.append(
        text(
            "<polyline class=\"leader\" points=\"%.1f,%.1f %d,%.1f\"/><text class=\"name\""
                + " x=\"%d\" y=\"%.1f\">%s</text></g>",
            Math.min(end, width - right + 14),
            py(last.y()),
            width - right + 16,
            labelY,
            width - right + 19,
            labelY + 4,
            HtmlPage.escape(line.name())));
  }

  private String whisker(double x, Point p) {
    if (!(p.spread() > 0)) {
      return "";
    }
    double top = py(Math.min(ys.high(), p.y() + p.spread()));
    double bottom = py(Math.max(ys.low(), p.y() - p.spread()));
    return text(
        "<path class=\"whisker\" d=\"M%.1f,%.1fH%.1fM%.1f,%.1fV%.1fM%.1f,%.1fH%.1f\"/>",
        x - 3, top, x + 3, x, top, bottom, x - 3, bottom, x + 3);
  }

  /** Circle, square, diamond and triangle in turn. */
  private String marker(Line line, double x, Point p) {
    String shape =
        switch (Math.floorMod(line.color(), 4)) {
          case 0 -> "M%1$.1f,%2$.1fm-4,0a4,4 0 1 0 8,0a4,4 0 1 0 -8,0";
          case 1 -> "M%1$.1f,%2$.1fm-3.6,-3.6h7.2v7.2h-7.2z";
          case 2 -> "M%1$.1f,%2$.1fm0,-5l5,5l-5,5l-5,-5z";
          default -> "M%1$.1f,%2$.1fm0,-4.8l4.8,8.4h-9.6z";
        };
    return text("<path class=\"marker\" d=\"" + shape + "\">", x, py(p.y()))
        + text(
            "<title>%s: %.4f%s at %s</title></path>",
            HtmlPage.escape(line.name()),
            p.y(),
            p.spread() > 0 ? text(" ± %.4f", p.spread()) : "",
            text("%.4f", p.x()));
  }

  /** Names stand where their lines end, moved apart where they would overlap. */
  private double[] labelHeights() {
    List<Integer> order = new ArrayList<>();
    double[] at = new double[lines.size()];
    for (int i = 0; i < at.length; i++) {
      order.add(i);
      List<Point> points = lines.get(i).points();
      at[i] = py(points.get(points.size() - 1).y());
    }
    order.sort(Comparator.comparingDouble(i -> at[i]));
    double lowest = height - BOTTOM;
    for (int i = order.size() - 1; i >= 0; i--) {
      lowest = at[order.get(i)] = Math.min(at[order.get(i)], lowest);
      lowest -= LABEL_HEIGHT;
    }
    double highest = TOP - 4;
    for (int i : order) {
      highest = at[i] = Math.max(at[i], highest);
      highest += LABEL_HEIGHT;
    }
    return at;
  }

  private double px(double x) {
    return LEFT + (width - LEFT - right) * xs.share(x);
  }

  private double py(double y) {
    return height - BOTTOM - (height - BOTTOM - TOP) * ys.share(y);
  }

  /** All ticks of an axis have as many decimals as the one that needs most. */
  private static List<String> names(List<Double> ticks, Axis axis) {
    double unit = axis.percent() ? 100 : 1;
    int digits = 0;
    for (double tick : ticks) {
      String exact = text("%.4f", unit * tick).replaceAll("0+$", "");
      digits = Math.max(digits, exact.length() - exact.indexOf('.') - 1);
    }
    String format = "%." + digits + "f" + (axis.percent() ? " %%" : "");
    return ticks.stream().map(tick -> text(format, unit * tick)).toList();
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
