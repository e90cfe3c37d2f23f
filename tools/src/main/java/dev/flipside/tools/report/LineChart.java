package dev.flipside.tools.report;

import java.util.List;
import java.util.Locale;

/** A line chart as inline SVG: mIoU against the labelled share, one line a strategy. */
final class LineChart {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 380;
  private static final int LEFT = 66;
  private static final int RIGHT = 16;
  private static final int TOP = 16;
  private static final int BOTTOM = 44;

  /**
   * A point of a line.
   *
   * @param x labelled share, a fraction
   * @param y mean mIoU over the seeds, a fraction
   * @param spread standard deviation over the seeds, 0 for one seed
   */
  record Point(double x, double y, double spread) {}

  /** One line with its name. Its colour is that of its place in the list. */
  record Line(String name, List<Point> points) {}

  private final double maxX;
  private final double maxY;

  private LineChart(List<Line> lines) {
    this.maxX = roundUp(maximum(lines, true));
    this.maxY = Math.min(1, roundUp(maximum(lines, false)));
  }

  /** The chart; every line has at least one point. */
  static String svg(List<Line> lines, String xLabel, String yLabel) {
    LineChart chart = new LineChart(lines);
    StringBuilder out = new StringBuilder();
    out.append(
        text(
            "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s against %s\">",
            WIDTH, HEIGHT, yLabel, xLabel));
    chart.axes(out, xLabel, yLabel);
    for (int i = 0; i < lines.size(); i++) {
      chart.line(out, lines.get(i), "var(--s" + i % 8 + ")");
    }
    return out.append("</svg>").toString();
  }

  private void axes(StringBuilder out, String xLabel, String yLabel) {
    for (int i = 0; i <= 5; i++) {
      double x = maxX * i / 5;
      double y = maxY * i / 5;
      out.append(
          text(
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
              LEFT, WIDTH - RIGHT, py(y), py(y)));
      out.append(
          text(
              "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.2f</text>", LEFT - 8, py(y) + 4, y));
      out.append(
          text(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s %%</text>",
              px(x), HEIGHT - BOTTOM + 18, trim(100 * x)));
    }
    out.append(
        text(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
            (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, xLabel));
    out.append(
        text(
            "<text x=\"14\" y=\"%d\" transform=\"rotate(-90 14 %d)\" text-anchor=\"middle\">%s</text>",
            HEIGHT / 2, HEIGHT / 2, yLabel));
  }

  private void line(StringBuilder out, Line line, String color) {
    StringBuilder path = new StringBuilder();
    StringBuilder upper = new StringBuilder();
    StringBuilder lower = new StringBuilder();
    for (Point p : line.points()) {
      path.append(text("%.1f,%.1f ", px(p.x()), py(p.y())));
      upper.append(text("%.1f,%.1f ", px(p.x()), py(Math.min(maxY, p.y() + p.spread()))));
      lower.insert(0, text("%.1f,%.1f ", px(p.x()), py(Math.max(0, p.y() - p.spread()))));
    }
    if (line.points().stream().anyMatch(p -> p.spread() > 0)) {
      out.append(text("<polygon points=\"%s%s\" style=\"fill:%s\"/>", upper, lower, color));
    }
    out.append(text("<polyline points=\"%s\" style=\"stroke:%s\"/>", path, color));
    for (Point p : line.points()) {
      out.append(
          text(
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" style=\"fill:%s\"><title>%s: %s %% labelled,"
                  + " %.4f</title></circle>",
              px(p.x()), py(p.y()), color, line.name(), trim(100 * p.x()), p.y()));
    }
  }

  private double px(double x) {
    return LEFT + (WIDTH - LEFT - RIGHT) * x / maxX;
  }

  private double py(double y) {
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * y / maxY;
  }

  private static double maximum(List<Line> lines, boolean horizontal) {
    return lines.stream()
        .flatMap(line -> line.points().stream())
        .mapToDouble(p -> horizontal ? p.x() : p.y() + p.spread())
        .max()
        .orElse(1);
  }

  /** The next of 1, 2, 2.5, 5, 10 times a power of ten, so that fifths are round numbers. */
  private static double roundUp(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(value, 1e-6))));
    for (double step : new double[] {1, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 10}) {
      if (value <= step * power * (1 + 1e-9)) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private static String trim(double value) {
    String digits = String.format(Locale.ROOT, "%.2f", value);
    return digits.replaceAll("\\.?0+$", "");
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
