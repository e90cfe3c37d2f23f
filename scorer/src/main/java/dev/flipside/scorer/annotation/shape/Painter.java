package dev.flipside.scorer.annotation.shape;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import java.util.Arrays;
import java.util.List;

/**
 * Paints shapes into a label map, one over the other, clipped to the image. A pixel belongs to a
 * polygon or ellipse if its center does.
 */
public final class Painter {
  /** Maximum number of steps per image, a few seconds; small files can describe far more. */
  private static final long MAX_WORK = 1L << 35;

  /** Cost of a step of a loop, in pixels filled at once. */
  private static final int STEP = 16;

  /** Cost of a row of an ellipse, with its square root, in pixels filled at once. */
  private static final int ELLIPSE_ROW = 4 * STEP;

  private final LabelMap target;
  private final long maxWork;
  private final int rows;
  private final int cols;
  private long work;

  private Painter(LabelMap target, long maxWork) {
    this.target = target;
    this.maxWork = maxWork;
    this.rows = target.size().height();
    this.cols = target.size().width();
  }

  /**
   * Paints shapes over existing labels.
   *
   * @param shapes the shapes, bottom first
   * @throws FlipsideException if a label map has another size, or the shapes are too many and large
   */
  public static void paint(List<Shape> shapes, LabelMap target) {
    paint(shapes, target, MAX_WORK);
  }

  /** Paints shapes in a maximum number of steps. */
  static void paint(List<Shape> shapes, LabelMap target, long maxWork) {
    Painter painter = new Painter(target, maxWork);
    for (Shape shape : shapes) {
      if (shape instanceof Shape.Polygon polygon) {
        painter.polygon(polygon);
      } else if (shape instanceof Shape.Ellipse ellipse) {
        painter.ellipse(ellipse);
      } else if (shape instanceof Shape.Mask mask) {
        painter.mask(mask);
      } else if (shape instanceof Shape.Labels labels) {
        painter.labels(labels);
      }
    }
  }

  private void polygon(Shape.Polygon polygon) {
    double[] xy = polygon.xy();
    double top = Double.POSITIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (int at = 1; at < xy.length; at += 2) {
      top = Math.min(top, xy[at]);
      bottom = Math.max(bottom, xy[at]);
    }
    int first = (int) Math.max(0, Math.ceil(top - 0.5));
    int end = (int) Math.min(rows, Math.ceil(bottom - 0.5));
    spend(2L * Math.max(0, end - first) * xy.length);
    double[] crossings = new double[xy.length / 2];
    for (int row = first; row < end; row++) {
      int count = crossings(xy, row + 0.5, crossings);
      // Sorting compares each about as often as the number has binary digits.
      spend((long) STEP * count * (Integer.SIZE - Integer.numberOfLeadingZeros(count)));
      Arrays.sort(crossings, 0, count);
      for (int pair = 0; pair + 1 < count; pair += 2) {
        span(row, crossings[pair], crossings[pair + 1], polygon.id());
      }
    }
  }

  /** Computes the x of a polygon's edges on a horizontal line and returns their number. */
  private static int crossings(double[] xy, double y, double[] found) {
    int count = 0;
    for (int to = 0; to < xy.length; to += 2) {
      int from = to == 0 ? xy.length - 2 : to - 2;
      double y0 = xy[from + 1];
      double y1 = xy[to + 1];
      if (y0 <= y != y1 <= y) {
        found[count++] = xy[from] + (y - y0) / (y1 - y0) * (xy[to] - xy[from]);
      }
    }
    return count;
  }

  private void ellipse(Shape.Ellipse ellipse) {
    if (ellipse.radiusX() == 0 || ellipse.radiusY() == 0) {
      return;
    }
    double cos = Math.cos(Math.toRadians(ellipse.degrees()));
    double sin = Math.sin(Math.toRadians(ellipse.degrees()));
    double p = 1 / (ellipse.radiusX() * ellipse.radiusX());
    double q = 1 / (ellipse.radiusY() * ellipse.radiusY());
    // Inside: a dx² + 2 b dx dy + c dy² <= 1.
    double a = cos * cos * p + sin * sin * q;
    double b = sin * cos * (p - q);
    double c = sin * sin * p + cos * cos * q;
    double reach = Math.max(ellipse.radiusX(), ellipse.radiusY());
    int first = (int) Math.max(0, Math.ceil(ellipse.y() - reach - 0.5));
    int end = (int) Math.min(rows, Math.ceil(ellipse.y() + reach + 0.5));
    spend((long) ELLIPSE_ROW * Math.max(0, end - first));
    for (int row = first; row < end; row++) {
      double dy = row + 0.5 - ellipse.y();
      double root = b * b * dy * dy - a * (c * dy * dy - 1);
      if (root >= 0) {
        double middle = ellipse.x() - b * dy / a;
        double half = Math.sqrt(root) / a;
        span(row, middle - half, middle + half, ellipse.id());
      }
    }
  }

  /** Paints the pixels of a row whose centers lie in [from, to). */
  private void span(int row, double from, double to, int id) {
    fill(
        row,
        (int) Math.max(0, Math.ceil(from - 0.5)),
        (int) Math.min(cols, Math.ceil(to - 0.5)),
        id);
  }

  private void fill(int row, int from, int to, int id) {
    if (from < to) {
      spend(to - from);
      Arrays.fill(target.ids(), row * cols + from, row * cols + to, (byte) id);
    }
  }

  private void mask(Shape.Mask mask) {
    int at = 0;
    boolean inside = false;
    for (int run : mask.runs()) {
      if (inside && mask.scan() == Shape.Scan.ROWS) {
        rows(mask, at, at + run);
      } else if (inside) {
        columns(mask, at, at + run);
      }
      at += run;
      inside = !inside;
    }
    spend(mask.runs().length);
  }

  /** Paints the pixels [from, to) of a mask, counted row by row. */
  private void rows(Shape.Mask mask, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / mask.width();
      int start = at % mask.width();
      int end = Math.min(mask.width(), start + to - at);
      if (mask.y() + row >= 0 && mask.y() + row < rows) {
        fill(
            mask.y() + row,
            Math.max(0, mask.x() + start),
            Math.min(cols, mask.x() + end),
            mask.id());
      }
      at += end - start;
      spend(STEP);
    }
  }

  /** Paints the pixels [from, to) of a mask, counted column by column. */
  private void columns(Shape.Mask mask, int from, int to) {
    spend((long) STEP * (to - from));
    for (int at = from; at < to; at++) {
      int row = mask.y() + at % mask.height();
      int col = mask.x() + at / mask.height();
      if (row >= 0 && row < rows && col >= 0 && col < cols) {
        target.ids()[row * cols + col] = (byte) mask.id();
      }
    }
  }

  private void labels(Shape.Labels shape) {
    LabelMap labels = shape.labels();
    if (!labels.size().equals(target.size())) {
      throw new FlipsideException(
          "label map of "
              + labels.size()
              + " px, expected "
              + target.size()
              + " px, the image's size");
    }
    spend(labels.ids().length);
    for (int at = 0; at < labels.ids().length; at++) {
      if ((labels.ids()[at] & 0xFF) != shape.transparent()) {
        target.ids()[at] = labels.ids()[at];
      }
    }
  }

  private void spend(long steps) {
    work += steps;
    if (work > maxWork) {
      throw new FlipsideException(
          "the shapes of the image are too many and large to paint; merge or simplify them");
    }
  }
}
