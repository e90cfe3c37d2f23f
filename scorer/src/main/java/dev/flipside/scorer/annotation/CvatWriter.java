package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.SegmentationClass;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes "CVAT for images 1.1": each region as a {@code box} labelled {@value
 * AnnotatedImage#REGION}, each class in it as a {@code mask} with run lengths row by row, starting
 * with pixels outside the mask.
 */
public final class CvatWriter implements AutoCloseable {
  private final XMLStreamWriter xml;
  private final ClassMap classes;
  private final String source;
  private int image;

  private CvatWriter(XMLStreamWriter xml, ClassMap classes, String source) {
    this.xml = xml;
    this.classes = classes;
    this.source = source;
  }

  /**
   * Starts a document.
   *
   * @param name name of the task
   * @param source {@code manual} for labels, {@code auto} for predictions
   */
  public static CvatWriter begin(OutputStream out, String name, ClassMap classes, String source)
      throws XMLStreamException {
    XMLStreamWriter xml =
        XMLOutputFactory.newFactory().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
    xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
    xml.writeStartElement("annotations");
    text(xml, "version", "1.1");
    xml.writeStartElement("meta");
    xml.writeStartElement("task");
    text(xml, "name", name);
    text(xml, "mode", "annotation");
    xml.writeStartElement("labels");
    for (SegmentationClass each : classes.classes()) {
      label(xml, each.name(), each.hexColor(), "any");
    }
    label(xml, AnnotatedImage.REGION, "#ffea46", "rectangle");
    xml.writeEndElement();
    xml.writeEndElement();
    xml.writeEndElement();
    return new CvatWriter(xml, classes, source);
  }

  private static void label(XMLStreamWriter xml, String name, String color, String type)
      throws XMLStreamException {
    xml.writeStartElement("label");
    text(xml, "name", name);
    text(xml, "color", color);
    text(xml, "type", type);
    xml.writeEmptyElement("attributes");
    xml.writeEndElement();
  }

  private static void text(XMLStreamWriter xml, String name, String text)
      throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeCharacters(text);
    xml.writeEndElement();
  }

  public void add(AnnotatedImage annotated) throws XMLStreamException {
    xml.writeStartElement("image");
    xml.writeAttribute("id", Integer.toString(image++));
    xml.writeAttribute("name", annotated.name());
    xml.writeAttribute("width", Integer.toString(annotated.labels().size().width()));
    xml.writeAttribute("height", Integer.toString(annotated.labels().size().height()));
    for (Region region : annotated.regions()) {
      box(region);
      for (int id = 0; id < classes.count(); id++) {
        mask(annotated.labels(), region, id);
      }
    }
    xml.writeEndElement();
  }

  private void box(Region region) throws XMLStreamException {
    xml.writeEmptyElement("box");
    attributes(AnnotatedImage.REGION, 1);
    xml.writeAttribute("xtl", Integer.toString(region.x()));
    xml.writeAttribute("ytl", Integer.toString(region.y()));
    xml.writeAttribute("xbr", Integer.toString(region.x() + region.width()));
    xml.writeAttribute("ybr", Integer.toString(region.y() + region.height()));
  }

  private void mask(LabelMap labels, Region region, int id) throws XMLStreamException {
    StringJoiner runs = new StringJoiner(", ");
    boolean inside = false;
    int run = 0;
    for (int row = region.y(); row < region.y() + region.height(); row++) {
      for (int col = region.x(); col < region.x() + region.width(); col++) {
        if ((labels.id(row, col) == id) != inside) {
          runs.add(Integer.toString(run));
          run = 0;
          inside = !inside;
        }
        run++;
      }
    }
    if (!inside && runs.length() == 0) {
      return;
    }
    runs.add(Integer.toString(run));
    xml.writeEmptyElement("mask");
    attributes(classes.classes().get(id).name(), 0);
    xml.writeAttribute("rle", runs.toString());
    xml.writeAttribute("left", Integer.toString(region.x()));
    xml.writeAttribute("top", Integer.toString(region.y()));
    xml.writeAttribute("width", Integer.toString(region.width()));
    xml.writeAttribute("height", Integer.toString(region.height()));
  }

  private void attributes(String label, int order) throws XMLStreamException {
    xml.writeAttribute("label", label);
    xml.writeAttribute("source", source);
    xml.writeAttribute("occluded", "0");
    xml.writeAttribute("z_order", Integer.toString(order));
  }

  /** Ends the document. The stream is not closed. */
  @Override
  public void close() throws XMLStreamException {
    xml.writeEndDocument();
    xml.close();
  }
}
