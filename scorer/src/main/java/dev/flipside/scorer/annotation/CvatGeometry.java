package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.annotation.shape.Shape;
import java.util.Arrays;
import java.util.Locale;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The geometry of an element of CVAT's XML: its kind and numbers, which can be interpolated.
 *
 * @param kind name of the element
 * @param values box: left, top, right, bottom, rotation; ellipse: center, radii, rotation; polygon:
 *     corners; mask: left, top, width, height, run lengths; empty for kinds without area
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CvatGeometry(String kind, double[] values) {
  /** Attributes of the current element. */
  record Attributes(XMLStreamReader xml) {
    String text(String name) {
      String text = xml.getAttributeValue(null, name);
      if (text == null) {
        throw new FlipsideException("<" + xml.getLocalName() + "> has no " + name + where());
      }
      return text;
    }

    int integer(String name) {
      return integer(name, text(name));
    }

    int integer(String name, int other) {
      String text = xml.getAttributeValue(null, name);
      return text == null ? other : integer(name, text);
    }

    private int integer(String name, String text) {
      try {
        return Integer.parseInt(text.strip());
      } catch (NumberFormatException e) {
        throw new FlipsideException(
            name + " \"" + shortened(text) + "\", expected a whole number" + where());
      }
    }

    double number(String name) {
      return number(name, text(name));
    }

    private double number(String name, String text) {
      try {
        double value = Double.parseDouble(text.strip());
        if (Double.isFinite(value)) {
          return value;
        }
      } catch (NumberFormatException ignored) {
        // Reported below.
      }
      throw new FlipsideException(
          name + " \"" + shortened(text) + "\", expected a number" + where());
    }

    boolean isOne(String name) {
      return "1".equals(xml.getAttributeValue(null, name));
    }

    private double rotation() {
      return xml.getAttributeValue(null, "rotation") == null ? 0 : number("rotation");
    }

    private String where() {
      return " (line " + xml.getLocation().getLineNumber() + ")";
    }

    private static String shortened(String text) {
      return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }
  }

  /**
   * Reads the geometry of the current element.
   *
   * @throws FlipsideException if an attribute is missing or malformed
   */
  static CvatGeometry read(Attributes of) {
    String kind = of.xml().getLocalName();
    double[] values =
        switch (kind) {
          case "box" ->
              new double[] {
                of.number("xtl"),
                of.number("ytl"),
                of.number("xbr"),
                of.number("ybr"),
                of.rotation()
              };
          case "ellipse" ->
              new double[] {
                of.number("cx"), of.number("cy"), of.number("rx"), of.number("ry"), of.rotation()
              };
          case "polygon" -> corners(of);
          case "mask" -> mask(of);
          default -> new double[0];
        };
    return new CvatGeometry(kind, values);
  }

  private static double[] corners(Attributes of) {
    String text = of.text("points").strip();
    if (text.isEmpty()) {
      return new double[0];
    }
    String[] corners = text.split(";", -1);
    double[] xy = new double[2 * corners.length];
    for (int corner = 0; corner < corners.length; corner++) {
      String[] pair = corners[corner].split(",", -1);
      if (pair.length != 2) {
        throw new FlipsideException(
            "corner \"" + Attributes.shortened(corners[corner]) + "\", expected x,y");
      }
      xy[2 * corner] = of.number("points", pair[0]);
      xy[2 * corner + 1] = of.number("points", pair[1]);
    }
    return xy;
  }

  private static double[] mask(Attributes of) {
    String text = of.text("rle").strip();
    String[] runs = text.isEmpty() ? new String[0] : text.split(",", -1);
    double[] values = new double[4 + runs.length];
    values[0] = of.integer("left");
    values[1] = of.integer("top");
    values[2] = of.integer("width");
    values[3] = of.integer("height");
    double sum = 0;
    double inside = 0;
    for (int run = 0; run < runs.length; run++) {
      values[4 + run] = of.integer("rle", runs[run]);
      sum += values[4 + run];
      inside += run % 2 == 1 ? values[4 + run] : 0;
    }
    if (inside > 0 && sum != values[2] * values[3]) {
      throw new FlipsideException(
          String.format(
              Locale.ROOT, "rle of %.0f px, expected %.0fx%.0f", sum, values[3], values[2]));
    }
    return values;
  }

  /** Returns the name of what covers no pixel, or null if this covers an area. */
  @Nullable String unpainted() {
    return switch (kind) {
      case "box", "ellipse" -> null;
      case "polygon" -> values.length < 6 ? "polygon of less than 3 corners" : null;
      case "mask" -> isEmptyMask() ? "empty mask" : null;
      default -> kind;
    };
  }

  private boolean isEmptyMask() {
    for (int run = 5; run < values.length; run += 2) {
      if (values[run] > 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the shape.
   *
   * @throws FlipsideException if it is malformed
   */
  Shape shape(int id) {
    return switch (kind) {
      case "box" ->
          Shape.rectangle(
              id,
              Math.min(values[0], values[2]),
              Math.min(values[1], values[3]),
              Math.max(values[0], values[2]),
              Math.max(values[1], values[3]),
              values[4]);
      case "ellipse" ->
          new Shape.Ellipse(id, values[0], values[1], values[2], values[3], values[4]);
      case "polygon" -> new Shape.Polygon(id, values);
      case "mask" -> {
        int[] runs = new int[values.length - 4];
        for (int run = 0; run < runs.length; run++) {
          runs[run] = (int) values[4 + run];
        }
        yield new Shape.Mask(
            id,
            (int) values[1],
            (int) values[0],
            (int) values[3],
            (int) values[2],
            Shape.Scan.ROWS,
            runs);
      }
      default -> throw new FlipsideException(kind + " covers no pixels");
    };
  }

  /**
   * Interpolates linearly; rotations take the shorter way. Masks do not change until the next one.
   *
   * @param share 0 for this geometry, 1 for the other
   * @throws FlipsideException if the geometries are of different kinds or numbers of corners
   */
  CvatGeometry towards(CvatGeometry next, double share) {
    if (unpainted() != null || kind.equals("mask")) {
      return this;
    }
    if (!kind.equals(next.kind) || values.length != next.values.length) {
      throw new FlipsideException(
          "cannot interpolate from a "
              + kind
              + " to a "
              + next.kind
              + " of other corners; export the shapes of all frames");
    }
    double[] between = Arrays.copyOf(values, values.length);
    for (int at = 0; at < values.length; at++) {
      double difference = next.values[at] - values[at];
      if (at == 4 && !kind.equals("polygon")) {
        difference = ((difference + 540) % 360 + 360) % 360 - 180;
      }
      between[at] += share * difference;
    }
    return new CvatGeometry(kind, between);
  }
}
