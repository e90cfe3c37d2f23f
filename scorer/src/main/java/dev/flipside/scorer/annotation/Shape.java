package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.LabelMap;
import java.util.Arrays;
import java.util.BitSet;

/** A shape that an annotator painted with one class. */
public sealed interface Shape {
  /** Paints the shape over existing labels, clipped to the image. */
  void paint(LabelMap target);

  /**
   * A mask of pixels.
   *
   * @param id class ID
   * @param y first row of the mask in the image
   * @param x first column of the mask in the image
   * @param width number of columns of the mask
   * @param mask its pixels, row-major
   */
  record Mask(int id, int y, int x, int width, BitSet mask) implements Shape {
    @Override
    public void paint(LabelMap target) {
      int rows = target.size().height();
      int cols = target.size().width();
      for (int at = mask.nextSetBit(0); at >= 0; at = mask.nextSetBit(at + 1)) {
        int row = y + at / width;
        int col = x + at % width;
        if (row >= 0 && row < rows && col >= 0 && col < cols) {
          target.ids()[row * cols + col] = (byte) id;
        }
      }
    }
  }

  /**
   * The pixels whose centers are inside a polygon, by the even-odd rule.
   *
   * @param id class ID
   * @param xy corners x, y, x, y, … in px; pixel (0, 0) covers [0, 1) x [0, 1)
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Polygon(int id, double[] xy) implements Shape {
    @Override
    public void paint(LabelMap target) {
      int cols = target.size().width();
      double[] crossings = new double[xy.length / 2];
      for (int row = 0; row < target.size().height(); row++) {
        int count = crossings(row + 0.5, crossings);
        Arrays.sort(crossings, 0, count);
        for (int pair = 0; pair + 1 < count; pair += 2) {
          int from = (int) Math.max(0, Math.ceil(crossings[pair] - 0.5));
          int to = (int) Math.min(cols, Math.ceil(crossings[pair + 1] - 0.5));
          if (from < to) {
            Arrays.fill(target.ids(), row * cols + from, row * cols + to, (byte) id);
          }
        }
      }
    }

    /**
     * Computes the intersections of the polygon's edges with a horizontal line and returns their
     * number.
     */
    private int crossings(double y, double[] found) {
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
  }

  /** A rectangle rotated about its center, clockwise in degrees. */
  static Polygon rectangle(
      int id, double left, double top, double right, double bottom, double degrees) {
    double x = (left + right) / 2;
    double y = (top + bottom) / 2;
    double cos = Math.cos(Math.toRadians(degrees));
    double sin = Math.sin(Math.toRadians(degrees));
    double[] xy = {left, top, right, top, right, bottom, left, bottom};
    for (int at = 0; at < xy.length; at += 2) {
      double dx = xy[at] - x;
      double dy = xy[at + 1] - y;
      xy[at] = x + dx * cos - dy * sin;
      xy[at + 1] = y + dx * sin + dy * cos;
    }
    return new Polygon(id, xy);
  }

  /**
   * A whole label map.
   *
   * @param labels label map of the size of the image
   */
  record Painted(LabelMap labels) implements Shape {
    @Override
    public void paint(LabelMap target) {
      System.arraycopy(labels.ids(), 0, target.ids(), 0, target.ids().length);
    }
  }
}
