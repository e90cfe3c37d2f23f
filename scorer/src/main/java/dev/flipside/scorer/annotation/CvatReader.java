package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.model.AnnotationBuilder;
import dev.flipside.scorer.annotation.model.ReadOptions;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Predicate;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads CVAT 1.1 for images and for video. Boxes labelled {@code flipside-region} are the regions
 * in which the annotator worked. Masks, polygons, ellipses and other boxes are painted in the order
 * of {@code z_order}, those of equal order as they appear; everything else covers no area.
 */
final class CvatReader {
  private static final String DOCUMENT = "annotations.xml";

  private final XMLStreamReader xml;
  private final CvatGeometry.Attributes attributes;
  private final ReadOptions options;
  private final Annotation.Sink sink;
  private final CvatTracks tracks = new CvatTracks();
  private int trackCount;

  private CvatReader(XMLStreamReader xml, ReadOptions options, Annotation.Sink sink) {
    this.xml = xml;
    this.attributes = new CvatGeometry.Attributes(xml);
    this.options = options;
    this.sink = sink;
  }

  /**
   * Reads a document, or of an archive {@code annotations.xml} or the only XML file.
   *
   * @throws FlipsideException if the XML is malformed
   */
  static void read(AnnotationFile file, ReadOptions options, Annotation.Sink sink)
      throws IOException {
    List<AnnotationFile.Entry> documents =
        Documents.select(
            file, sink, document(file), DOCUMENT + "; export the task as \"CVAT for images 1.1\"");
    for (AnnotationFile.Entry each : documents) {
      file.read(each, in -> read(in, options, sink));
    }
  }

  /** Returns what the document of an archive is: {@code annotations.xml}, or the only XML file. */
  private static Predicate<AnnotationFile.Entry> document(AnnotationFile file) {
    List<AnnotationFile.Entry> all =
        file.entries().stream().filter(each -> each.hasExtension(".xml")).toList();
    return entry ->
        Documents.fileName(entry).equalsIgnoreCase(DOCUMENT)
            || (all.size() == 1 && all.contains(entry));
  }

  private static void read(InputStream in, ReadOptions options, Annotation.Sink sink)
      throws IOException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    // No DTDs, so there are no entities to expand or fetch.
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(XmlDecoder.open(in));
      try {
        new CvatReader(xml, options, sink).read();
      } finally {
        xml.close();
      }
    } catch (XMLStreamException e) {
      throw new FlipsideException(
          "not well-formed XML"
              + line(e.getLocation())
              + "; export the task as \"CVAT for images 1.1\"",
          e);
    }
  }

  /** Returns the line of a fault; the parser knows none where bytes cannot be decoded. */
  private static String line(@Nullable Location fault) {
    return fault == null ? ", or not in its encoding" : " at line " + fault.getLineNumber();
  }

  private void read() throws XMLStreamException, IOException {
    xml.nextTag();
    if (!xml.getLocalName().equals("annotations")) {
      throw new FlipsideException(
          "the root is <" + xml.getLocalName() + ">, expected <annotations>");
    }
    while (xml.hasNext()) {
      if (xml.next() == XMLStreamConstants.START_ELEMENT) {
        switch (xml.getLocalName()) {
          case "image" -> image();
          case "track" -> track();
          case "start_frame", "stop_frame", "frame_filter" -> meta();
          case "original_size" -> videoSize();
          default -> {
            // Version, labels etc. are irrelevant.
          }
        }
      }
    }
    tracks.stream(options.labels(), sink);
  }

  private void meta() throws XMLStreamException {
    String name = xml.getLocalName();
    tracks.meta(name, xml.getElementText());
  }

  private void videoSize() throws XMLStreamException {
    int width = 0;
    int height = 0;
    while (!(xml.next() == XMLStreamConstants.END_ELEMENT
        && xml.getLocalName().equals("original_size"))) {
      if (xml.isStartElement()) {
        String name = xml.getLocalName();
        String text = xml.getElementText().strip();
        if (text.matches("\\d{1,9}")) {
          width = name.equals("width") ? Integer.parseInt(text) : width;
          height = name.equals("height") ? Integer.parseInt(text) : height;
        }
      }
    }
    if (width > 0 && height > 0) {
      tracks.size(options.size(height, width));
    }
  }

  private void image() throws XMLStreamException, IOException {
    String name = xml.getAttributeValue(null, "name");
    AnnotationBuilder image =
        AnnotationBuilder.of(
            name == null ? "image at line " + xml.getLocation().getLineNumber() : name);
    image.attempt(
        () -> {
          attributes.text("name");
          image.size(options.size(attributes.integer("height"), attributes.integer("width")));
        });
    CvatLayers layers = new CvatLayers(image, options.labels());
    while (next("image")) {
      if (xml.isStartElement()) {
        image.attempt(
            () ->
                layers.add(
                    label(), attributes.integer("z_order", 0), CvatGeometry.read(attributes)));
        skip();
      }
    }
    layers.finish();
    sink.accept(image.build());
  }

  private void track() throws XMLStreamException {
    CvatTracks.Track track = new CvatTracks.Track(trackCount++, label());
    while (next("track")) {
      if (xml.isStartElement()) {
        int frame = attributes.integer("frame");
        if (frame < 0) {
          throw new FlipsideException("track " + (trackCount - 1) + ": frame " + frame);
        }
        try {
          track.add(
              frame,
              attributes.isOne("outside"),
              attributes.integer("z_order", 0),
              CvatGeometry.read(attributes));
        } catch (FlipsideException e) {
          track.addFault(frame, String.valueOf(e.getMessage()));
        }
        skip();
      }
    }
    tracks.add(track);
  }

  private String label() {
    String label = xml.getAttributeValue(null, "label");
    return label == null ? "" : label;
  }

  /** Goes to the next event and returns whether it is not the end of an element. */
  private boolean next(String element) throws XMLStreamException {
    return xml.next() != XMLStreamConstants.END_ELEMENT || !xml.getLocalName().equals(element);
  }

  /** Goes to the end of the current element, past those inside, as the points of a skeleton. */
  private void skip() throws XMLStreamException {
    for (int depth = 1; depth > 0; ) {
      int event = xml.next();
      depth += event == XMLStreamConstants.START_ELEMENT ? 1 : 0;
      depth -= event == XMLStreamConstants.END_ELEMENT ? 1 : 0;
    }
  }
}
