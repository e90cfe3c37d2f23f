package dev.flipside.scorer.annotation.shape;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;

/**
 * A shape with an area, drawn with one class. Coordinates are x (columns) and y (rows) in px; pixel
 * (0, 0) covers [0, 1) x [0, 1). Shapes may extend beyond their image.
 */
public sealed interface Shape {
  /** Largest absolute value of a coordinate; beyond it arithmetic would lose pixels. */
  double MAX_COORDINATE = 1e9;

  /**
   * The pixels whose centers are inside a polygon, by the even-odd rule.
   *
   * @param id class ID or ignore index
   * @param xy corners x, y, x, y, …
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Polygon(int id, double[] xy) implements Shape {
    /**
     * @throws FlipsideException if a coordinate is missing, not finite or beyond 1e9
     */
    public Polygon {
      if (xy.length % 2 != 0) {
        throw new FlipsideException(
            "polygon of " + xy.length + " numbers, expected pairs of x and y");
      }
      for (double each : xy) {
        requireCoordinate(each);
      }
    }
  }

  /**
   * The pixels whose centers are inside an ellipse.
   *
   * @param id class ID or ignore index
   * @param x column of the center
   * @param y row of the center
   * @param radiusX first radius, along x before the rotation, at least 0
   * @param radiusY second radius, at least 0
   * @param degrees clockwise rotation about the center
   */
  record Ellipse(int id, double x, double y, double radiusX, double radiusY, double degrees)
      implements Shape {
    /**
     * @throws FlipsideException if a number is not finite or beyond 1e9, or a radius is negative
     */
    public Ellipse {
      requireCoordinate(x);
      requireCoordinate(y);
      requireCoordinate(radiusX);
      requireCoordinate(radiusY);
      requireCoordinate(degrees);
      if (radiusX < 0 || radiusY < 0) {
        throw new FlipsideException(
            "ellipse with radii " + radiusX + ", " + radiusY + ", expected at least 0");
      }
    }
  }

  /** The order in which the run lengths of a mask visit its pixels. */
  enum Scan {
    /** Row by row. */
    ROWS,
    /** Column by column. */
    COLUMNS
  }

  /**
   * A mask of pixels as run lengths.
   *
   * @param id class ID or ignore index
   * @param y first row of the mask in the image
   * @param x first column of the mask in the image
   * @param height rows of the mask, at least 0
   * @param width columns of the mask, at least 0
   * @param scan order of the pixels
   * @param runs numbers of pixels outside, inside, outside, … of the mask; their sum is at most
   *     height x width, and the pixels after the last run are outside
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Mask(int id, int y, int x, int height, int width, Scan scan, int[] runs) implements Shape {
    /**
     * @throws FlipsideException if a side or run is negative, or the runs exceed the mask
     */
    public Mask {
      requireCoordinate(x);
      requireCoordinate(y);
      long pixels = (long) height * width;
      if (height < 0 || width < 0 || pixels > Integer.MAX_VALUE) {
        throw new FlipsideException("mask of " + height + "x" + width + " px");
      }
      long sum = 0;
      for (int run : runs) {
        sum += run;
        if (run < 0 || sum > pixels) {
          throw new FlipsideException(
              "rle of more than " + height + "x" + width + " px, or with a negative run");
        }
      }
    }
  }

  /**
   * A whole label map, painted except where it has the given ID.
   *
   * @param labels label map of the size of the image
   * @param transparent ID that is not painted, usually the ignore index
   */
  record Labels(LabelMap labels, int transparent) implements Shape {}

  /** Creates a rectangle rotated about its center, clockwise in degrees. */
  static Polygon rectangle(
      int id, double left, double top, double right, double bottom, double degrees) {
    double x = (left + right) / 2;
    double y = (top + bottom) / 2;
    return turned(
        id, new double[] {left, top, right, top, right, bottom, left, bottom}, x, y, degrees);
  }

  /** Creates a rectangle rotated about its upper left corner, clockwise in degrees. */
  static Polygon cornerRectangle(
      int id, double left, double top, double width, double height, double degrees) {
    double right = left + width;
    double bottom = top + height;
    return turned(
        id, new double[] {left, top, right, top, right, bottom, left, bottom}, left, top, degrees);
  }

  private static Polygon turned(int id, double[] xy, double x, double y, double degrees) {
    requireCoordinate(degrees);
    if (degrees != 0) {
      double cos = Math.cos(Math.toRadians(degrees));
      double sin = Math.sin(Math.toRadians(degrees));
      for (int at = 0; at < xy.length; at += 2) {
        double dx = xy[at] - x;
        double dy = xy[at + 1] - y;
        xy[at] = x + dx * cos - dy * sin;
        xy[at + 1] = y + dx * sin + dy * cos;
      }
    }
    return new Polygon(id, xy);
  }

  private static void requireCoordinate(double value) {
    if (!(Math.abs(value) <= MAX_COORDINATE)) {
      throw new FlipsideException(
          "coordinate " + value + ", expected a number between -1e9 and 1e9");
    }
  }
}
