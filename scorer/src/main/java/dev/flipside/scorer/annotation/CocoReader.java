package dev.flipside.scorer.annotation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.export.AnnotatedImage;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.model.AnnotationBuilder;
import dev.flipside.scorer.annotation.model.ReadOptions;
import dev.flipside.scorer.annotation.shape.CocoRle;
import dev.flipside.scorer.annotation.shape.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads COCO instances: polygons, whose union is painted, and run lengths, compressed or not, in
 * the order of the file. Annotations without segmentation, as boxes and key points, cover no area.
 */
final class CocoReader {
  private static final String PROGRAM = "COCO";

  /** An annotation: the ID of its category and its segmentation. */
  private record Segment(String category, @Nullable Object segmentation) {
    boolean coversArea() {
      return segmentation != null && !(segmentation instanceof double[] none && none.length == 0);
    }
  }

  private final Map<String, JsonTree> images = new LinkedHashMap<>();
  private final Map<String, String> categories = new HashMap<>();
  private final Map<String, List<Segment>> segments = new HashMap<>();
  private final Set<String> ambiguous = new HashSet<>();
  private final JsonTree.Budget budget;
  private boolean segmented;
  private long malformed;

  private CocoReader(ReadOptions options) {
    budget = new JsonTree.Budget(options.limits());
  }

  /**
   * Reads a document, or the JSON files of an archive.
   *
   * @throws FlipsideException if the JSON is malformed or not of COCO
   */
  static void read(AnnotationFile file, ReadOptions options, Annotation.Sink sink)
      throws IOException {
    List<AnnotationFile.Entry> documents =
        Documents.select(
            file, sink, entry -> entry.hasExtension(".json"), "JSON file; export it as COCO 1.0");
    Map<String, String> documentOf = new HashMap<>();
    boolean any = false;
    for (AnnotationFile.Entry each : documents) {
      CocoReader reader = new CocoReader(options);
      file.read(each, in -> JsonTree.parse(in, PROGRAM, reader::read));
      if (reader.images.isEmpty() && file.isArchive()) {
        sink.leftOut(new AnnotationFile.LeftOut(each.name(), "no list \"images\" of COCO"));
      } else if (reader.images.isEmpty()) {
        throw new FlipsideException(
            "not the JSON of " + PROGRAM + ": expected an object with a list \"images\"");
      }
      if (documents.size() > 1) {
        if (!reader.segmented) {
          sink.leftOut(new AnnotationFile.LeftOut(each.name(), "no segmentation in it"));
          continue;
        }
        reader.requireOtherImages(each.name(), documentOf);
      }
      any = true;
      reader.stream(options, sink);
    }
    if (!any && !documents.isEmpty()) {
      throw new FlipsideException(
          "none of the "
              + documents.size()
              + " JSON files in the ZIP file has segmentations; export instances");
    }
  }

  /** Refuses documents that annotate the same image: which one is meant cannot be known. */
  private void requireOtherImages(String document, Map<String, String> documentOf) {
    for (JsonTree each : images.values()) {
      String name = String.valueOf(each.get("file_name"));
      String other = documentOf.put(name, document);
      if (other != null && !other.equals(document)) {
        throw new FlipsideException(
            "image \""
                + name
                + "\" is annotated in "
                + other
                + " and in "
                + document
                + ", expected one JSON file for each image; keep one of them in the ZIP file");
      }
    }
  }

  private void read(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new FlipsideException("not the JSON of " + PROGRAM + ": expected an object");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String list = parser.currentName();
      boolean known =
          list.equals("images") || list.equals("categories") || list.equals("annotations");
      if (parser.nextToken() != JsonToken.START_ARRAY || !known) {
        parser.skipChildren();
        continue;
      }
      JsonToken token;
      while ((token = parser.nextToken()) != JsonToken.END_ARRAY && token != null) {
        Object value = JsonTree.value(parser, budget);
        try {
          if (value instanceof JsonTree element) {
            add(list, element);
          } else {
            malformed++;
          }
        } catch (FlipsideException e) {
          malformed++;
        }
      }
    }
  }

  private void add(String list, JsonTree element) {
    switch (list) {
      case "images" -> {
        if (images.put(element.id("id"), element) != null) {
          ambiguous.add("image " + element.id("id"));
        }
      }
      case "categories" -> {
        String name = String.valueOf(element.text("name"));
        String other = categories.put(element.id("id"), name);
        if (other != null && !other.equals(name)) {
          ambiguous.add("category " + element.id("id"));
        }
      }
      default -> {
        Segment segment = new Segment(element.id("category_id"), element.get("segmentation"));
        segmented |= segment.coversArea();
        segments.computeIfAbsent(element.id("image_id"), image -> new ArrayList<>(4)).add(segment);
      }
    }
  }

  private void stream(ReadOptions options, Annotation.Sink sink) throws IOException {
    for (Map.Entry<String, JsonTree> each : images.entrySet()) {
      sink.accept(annotation(each.getKey(), each.getValue(), options));
    }
    long foreign = segments.values().stream().mapToLong(List::size).sum();
    if (foreign > 0) {
      sink.leftOut("annotation of an image that is not listed", foreign);
    }
    if (malformed > 0) {
      sink.leftOut("malformed entry", malformed);
    }
  }

  private Annotation annotation(String id, JsonTree listed, ReadOptions options) {
    String name = listed.get("file_name") instanceof String text ? text : null;
    AnnotationBuilder image = AnnotationBuilder.of(name == null ? "image with id " + id : name);
    List<Segment> drawn = segments.remove(id);
    image.attempt(
        () -> {
          requireOne("image " + id);
          if (name == null) {
            throw new FlipsideException("the image has no file_name");
          }
          ImageSize size = options.size(listed.integer("height"), listed.integer("width"));
          image.size(size);
          for (Segment each : drawn == null ? List.<Segment>of() : drawn) {
            segment(each, size, image, options);
          }
        });
    return image.build();
  }

  private void segment(Segment of, ImageSize size, AnnotationBuilder image, ReadOptions options) {
    Object segmentation = of.segmentation();
    if (segmentation == null || !of.coversArea()) {
      image.unpainted("annotation without segmentation");
      return;
    }
    String category = categories.get(of.category());
    if (category == null) {
      throw new FlipsideException("category " + of.category() + " is not listed");
    }
    requireOne("category " + of.category());
    if (category.equals(AnnotatedImage.REGION)) {
      image.region(region(segmentation));
      return;
    }
    int id = options.labels().id(category);
    if (segmentation instanceof JsonTree rle) {
      mask(rle, id, size, image);
    } else if (segmentation instanceof List<?> polygons) {
      for (Object each : polygons) {
        if (!(each instanceof double[] xy)) {
          throw new FlipsideException("segmentation: expected lists of numbers");
        }
        if (xy.length < 6) {
          image.unpainted("polygon of less than 3 corners");
        } else {
          image.add(new Shape.Polygon(id, xy));
        }
      }
    } else if (segmentation instanceof double[] xy && xy.length >= 6) {
      // One polygon without the list around it.
      image.add(new Shape.Polygon(id, xy));
    } else {
      throw new FlipsideException("segmentation: expected polygons or run lengths");
    }
  }

  /** Returns the rectangle around a polygon. */
  private static Region region(Object segmentation) {
    if (!(segmentation instanceof List<?> polygons)
        || polygons.size() != 1
        || !(polygons.get(0) instanceof double[] xy)
        || xy.length < 6) {
      throw new FlipsideException(
          "category " + AnnotatedImage.REGION + ": expected one polygon around the region");
    }
    double left = xy[0];
    double top = xy[1];
    double right = xy[0];
    double bottom = xy[1];
    for (int at = 2; at + 1 < xy.length; at += 2) {
      left = Math.min(left, xy[at]);
      right = Math.max(right, xy[at]);
      top = Math.min(top, xy[at + 1]);
      bottom = Math.max(bottom, xy[at + 1]);
    }
    try {
      return new Region(
          (int) Math.round(top),
          (int) Math.round(left),
          (int) Math.round(bottom - top),
          (int) Math.round(right - left));
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(String.valueOf(e.getMessage()), e);
    }
  }

  private void requireOne(String element) {
    if (ambiguous.contains(element)) {
      throw new FlipsideException(element + " is listed more than once; keep one");
    }
  }

  private static void mask(JsonTree rle, int id, ImageSize size, AnnotationBuilder image) {
    double[] sides = rle.numbers("size");
    if (sides.length != 2 || sides[0] != size.height() || sides[1] != size.width()) {
      throw new FlipsideException(
          "segmentation of size " + java.util.Arrays.toString(sides) + ", the image has " + size);
    }
    int[] runs;
    if (rle.get("counts") instanceof String text) {
      runs = CocoRle.decode(text);
    } else {
      double[] counts = rle.numbers("counts");
      runs = new int[counts.length];
      for (int at = 0; at < runs.length; at++) {
        if (counts[at] != Math.rint(counts[at]) || Math.abs(counts[at]) > Integer.MAX_VALUE) {
          throw new FlipsideException("counts: " + counts[at] + ", expected whole numbers");
        }
        runs[at] = (int) counts[at];
      }
    }
    long sum = 0;
    boolean empty = true;
    for (int at = 0; at < runs.length; at++) {
      sum += runs[at];
      empty &= at % 2 == 0 || runs[at] == 0;
    }
    if (sum != size.pixels() && !(empty && sum == 0)) {
      throw new FlipsideException("counts of " + sum + " px, expected " + size.pixels());
    }
    if (empty) {
      image.unpainted("empty mask");
    } else {
      image.add(new Shape.Mask(id, 0, 0, size.height(), size.width(), Shape.Scan.COLUMNS, runs));
    }
  }
}
