package dev.flipside.scorer.annotation.export;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.SegmentationClass;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes "CVAT for images 1.1": each region as a {@code box} labelled {@value
 * AnnotatedImage#REGION}, each class in it as a {@code mask} with run lengths row by row, starting
 * with pixels outside the mask. Images whose names XML 1.0 cannot hold are left out and listed in a
 * comment at the end.
 */
public final class CvatWriter implements AutoCloseable {
  private final Writer xml;
  private final ClassMap classes;
  private final String source;
  private final List<String> leftOut = new ArrayList<>();
  private int image;

  private CvatWriter(Writer xml, ClassMap classes, String source) {
    this.xml = xml;
    this.classes = classes;
    this.source = source;
  }

  /**
   * Starts a document.
   *
   * @param name name of the task
   * @param source {@code manual} for labels, {@code auto} for predictions
   * @throws FlipsideException if XML 1.0 cannot hold the name of a class
   */
  public static CvatWriter begin(OutputStream out, String name, ClassMap classes, String source)
      throws IOException {
    Writer xml = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    xml.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<annotations><version>1.1</version>");
    xml.write("<meta><task><name>");
    xml.write(XmlText.isPossible(name) ? XmlText.escaped(name) : XmlText.inComment(name));
    xml.write("</name><mode>annotation</mode><labels>");
    for (SegmentationClass each : classes.classes()) {
      if (!XmlText.isPossible(each.name())) {
        throw new FlipsideException(
            "class \""
                + XmlText.inComment(each.name())
                + "\": XML cannot hold the name; export as label-studio or coco");
      }
      label(xml, each.name(), each.hexColor(), "any");
    }
    label(xml, AnnotatedImage.REGION, "#ffea46", "rectangle");
    xml.write("</labels></task></meta>\n");
    return new CvatWriter(xml, classes, source);
  }

  private static void label(Writer xml, String name, String color, String type) throws IOException {
    xml.write("<label><name>" + XmlText.escaped(name) + "</name><color>" + color + "</color>");
    xml.write("<type>" + type + "</type><attributes/></label>");
  }

  /** Writes an image, unless XML cannot hold its name. */
  public void add(AnnotatedImage annotated) throws IOException {
    if (!XmlText.isPossible(annotated.name())) {
      leftOut.add(XmlText.inComment(annotated.name()));
      return;
    }
    xml.write("<image");
    attribute("id", image++);
    attribute("name", XmlText.escaped(annotated.name()));
    attribute("width", annotated.labels().size().width());
    attribute("height", annotated.labels().size().height());
    xml.write(">");
    for (Region region : annotated.regions()) {
      box(region);
      for (int id = 0; id < classes.count(); id++) {
        mask(annotated.labels(), region, id);
      }
    }
    xml.write("</image>\n");
  }

  /** Returns the images that were left out, with escapes for what XML cannot hold. */
  public List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  private void box(Region region) throws IOException {
    xml.write("<box");
    attributes(AnnotatedImage.REGION, 1);
    attribute("xtl", region.x());
    attribute("ytl", region.y());
    attribute("xbr", region.x() + region.width());
    attribute("ybr", region.y() + region.height());
    xml.write("/>");
  }

  private void mask(LabelMap labels, Region region, int id) throws IOException {
    StringBuilder runs = new StringBuilder();
    boolean inside = false;
    int run = 0;
    for (int row = region.y(); row < region.y() + region.height(); row++) {
      for (int col = region.x(); col < region.x() + region.width(); col++) {
        if ((labels.id(row, col) == id) != inside) {
          runs.append(run).append(", ");
          run = 0;
          inside = !inside;
        }
        run++;
      }
    }
    if (runs.isEmpty()) {
      return;
    }
    runs.append(run);
    xml.write("<mask");
    attributes(XmlText.escaped(classes.classes().get(id).name()), 0);
    attribute("rle", runs.toString());
    attribute("left", region.x());
    attribute("top", region.y());
    attribute("width", region.width());
    attribute("height", region.height());
    xml.write("/>");
  }

  private void attributes(String label, int order) throws IOException {
    attribute("label", label);
    attribute("source", source);
    attribute("occluded", 0);
    attribute("z_order", order);
  }

  private void attribute(String name, int value) throws IOException {
    attribute(name, Integer.toString(value));
  }

  private void attribute(String name, String escaped) throws IOException {
    xml.write(" " + name + "=\"" + escaped + "\"");
  }

  /** Ends the document. The stream is not closed. */
  @Override
  public void close() throws IOException {
    if (!leftOut.isEmpty()) {
      xml.write("<!-- " + leftOut.size() + " images left out, whose names XML cannot hold: ");
      xml.write(String.join(", ", leftOut));
      xml.write(" -->\n");
    }
    xml.write("</annotations>\n");
    xml.flush();
  }
}
