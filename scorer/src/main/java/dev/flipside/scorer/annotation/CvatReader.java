package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads "CVAT for images 1.1". Boxes labelled {@value AnnotatedImage#REGION} are the regions in
 * which the annotator worked. Masks, polygons and other boxes are painted in the order of {@code
 * z_order}, those of equal order as they appear.
 */
public final class CvatReader {
  /** A shape with its stacking order. */
  private record Layer(int order, Shape shape) {}

  private final XMLStreamReader xml;
  private final Map<String, Integer> ids;
  private final long mostPixels;

  private CvatReader(XMLStreamReader xml, Map<String, Integer> ids, long mostPixels) {
    this.xml = xml;
    this.ids = ids;
    this.mostPixels = mostPixels;
  }

  /**
   * Reads a document to its end.
   *
   * @param ids class IDs by class name
   * @param mostPixels maximum number of pixels per image; larger images are refused
   * @throws FlipsideException if the document is malformed
   */
  public static void read(
      InputStream in, Map<String, Integer> ids, long mostPixels, Annotation.Sink sink) {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    // No DTDs, so there are no entities to expand or fetch.
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(in);
      try {
        new CvatReader(xml, ids, mostPixels).read(sink);
      } finally {
        xml.close();
      }
    } catch (XMLStreamException e) {
      throw new FlipsideException(
          "answers: not well-formed XML at line "
              + e.getLocation().getLineNumber()
              + "; export the task as \"CVAT for images 1.1\"",
          e);
    }
  }

  private void read(Annotation.Sink sink) throws XMLStreamException {
    xml.nextTag();
    if (!xml.getLocalName().equals("annotations")) {
      throw refused("the root is <" + xml.getLocalName() + ">, expected <annotations>");
    }
    while (xml.hasNext()) {
      if (xml.next() == XMLStreamConstants.START_ELEMENT) {
        switch (xml.getLocalName()) {
          case "image" -> sink.accept(image());
          case "track" ->
              throw refused("a <track> of a video; export the task as \"CVAT for images 1.1\"");
          default -> {
            // Version, metadata etc. are irrelevant.
          }
        }
      }
    }
  }

  private Annotation image() throws XMLStreamException {
    String name = text("name");
    ImageSize size = new ImageSize(positive("height"), positive("width"));
    if (size.pixels() > mostPixels) {
      throw refused("an image of " + size + " px, expected at most " + mostPixels + " pixels");
    }
    List<Region> regions = new ArrayList<>();
    List<Layer> layers = new ArrayList<>();
    @Nullable String fault = null;
    while (xml.next() != XMLStreamConstants.END_ELEMENT || !xml.getLocalName().equals("image")) {
      if (!xml.isStartElement()) {
        continue;
      }
      String kind = xml.getLocalName();
      if (kind.equals("tag") || kind.equals("attribute")) {
        continue;
      }
      String label = text("label");
      Integer id = ids.get(label);
      if (kind.equals("box") && label.equals(AnnotatedImage.REGION)) {
        regions.add(region());
      } else if (id == null) {
        fault =
            "label \"" + label + "\" is no class of the campaign, expected one of " + ids.keySet();
      } else if (kind.equals("mask") || kind.equals("polygon") || kind.equals("box")) {
        layers.add(new Layer(order(), shape(kind, id, size)));
      } else {
        fault = kind + " \"" + label + "\" covers no pixels; draw masks, polygons or boxes";
      }
    }
    layers.sort(Comparator.comparingInt(Layer::order));
    return new Annotation(name, size, regions, layers.stream().map(Layer::shape).toList(), fault);
  }

  private Shape shape(String kind, int id, ImageSize size) {
    return switch (kind) {
      case "mask" -> mask(id, size);
      case "polygon" -> new Shape.Polygon(id, points());
      default -> {
        double turned = xml.getAttributeValue(null, "rotation") == null ? 0 : number("rotation");
        yield Shape.rectangle(
            id, number("xtl"), number("ytl"), number("xbr"), number("ybr"), turned);
      }
    };
  }

  private Shape mask(int id, ImageSize size) {
    int width = positive("width");
    int height = positive("height");
    if (width > size.width() || height > size.height()) {
      throw refused("a mask of " + height + "x" + width + " px in an image of " + size);
    }
    BitSet mask = new BitSet(width * height);
    boolean inside = false;
    long at = 0;
    for (String text : text("rle").split(",", -1)) {
      int run = integer("rle", text.strip());
      long to = at + run;
      if (run < 0 || to > (long) width * height) {
        throw refused("rle of more than " + height + "x" + width + " px");
      }
      if (inside) {
        mask.set((int) at, (int) to);
      }
      inside = !inside;
      at = to;
    }
    if (at != (long) width * height) {
      throw refused("rle of " + at + " px, expected " + height + "x" + width);
    }
    return new Shape.Mask(
        id, integer("top", text("top")), integer("left", text("left")), width, mask);
  }

  private double[] points() {
    String[] corners = text("points").split(";", -1);
    double[] xy = new double[2 * corners.length];
    for (int corner = 0; corner < corners.length; corner++) {
      String[] pair = corners[corner].split(",", -1);
      if (pair.length != 2) {
        throw refused("corner \"" + corners[corner] + "\", expected x,y");
      }
      xy[2 * corner] = number("points", pair[0]);
      xy[2 * corner + 1] = number("points", pair[1]);
    }
    return xy;
  }

  private Region region() {
    int left = (int) Math.round(number("xtl"));
    int top = (int) Math.round(number("ytl"));
    int right = (int) Math.round(number("xbr"));
    int bottom = (int) Math.round(number("ybr"));
    if (left < 0 || top < 0 || right <= left || bottom <= top) {
      throw refused("box [" + left + ", " + right + ") x [" + top + ", " + bottom + ") is empty");
    }
    return new Region(top, left, bottom - top, right - left);
  }

  private int order() {
    String order = xml.getAttributeValue(null, "z_order");
    return order == null ? 0 : integer("z_order", order);
  }

  private String text(String attribute) {
    String text = xml.getAttributeValue(null, attribute);
    if (text == null) {
      throw refused("<" + xml.getLocalName() + "> has no " + attribute);
    }
    return text;
  }

  private int positive(String attribute) {
    int value = integer(attribute, text(attribute));
    if (value < 1) {
      throw refused(attribute + " " + value + ", expected at least 1");
    }
    return value;
  }

  private int integer(String attribute, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw refused(attribute + " \"" + text + "\", expected a whole number");
    }
  }

  private double number(String attribute) {
    return number(attribute, text(attribute));
  }

  private double number(String attribute, String text) {
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException ignored) {
      // Reported below.
    }
    throw refused(attribute + " \"" + text + "\", expected a number");
  }

  private FlipsideException refused(String what) {
    return new FlipsideException(
        "answers, line " + xml.getLocation().getLineNumber() + ": " + what);
  }
}
