package dev.flipside.scorer.annotation.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.annotation.shape.CocoRle;
import dev.flipside.scorer.annotation.shape.RunLengths;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes COCO JSON: one annotation per class of each labelled image, with its pixels as compressed
 * run-length encoding and {@code iscrowd} 0, so that trainers use it; or, as crowds, uncompressed
 * (column by column, background first) and {@code iscrowd} 1. Category IDs are class IDs plus one,
 * because 0 is the background in COCO.
 */
public final class CocoWriter {
  private final JsonGenerator json;
  private final JsonGenerator annotations;
  private final ClassMap classes;
  private final boolean crowds;
  private final boolean tasks;
  private int image;
  private int annotation;

  private CocoWriter(
      JsonGenerator json,
      JsonGenerator annotations,
      ClassMap classes,
      boolean crowds,
      boolean tasks) {
    this.json = json;
    this.tasks = tasks;
    this.annotations = annotations;
    this.classes = classes;
    this.crowds = crowds;
  }

  /**
   * Writes the labelled data set. Images and annotations are two lists of the same document, so
   * annotations are buffered in a temporary file.
   *
   * @param name description of the data set
   * @param crowds whether to mark the annotations as crowds
   * @param folder folder of the temporary file
   */
  public static void write(
      AnnotatedImage.Source images,
      String name,
      ClassMap classes,
      boolean crowds,
      OutputStream out,
      Path folder)
      throws IOException {
    write(images, name, classes, crowds, false, out, folder);
  }

  /**
   * Writes what is to be labelled: each region as a rectangular polygon of the category {@value
   * AnnotatedImage#REGION}, and what is known inside of it as in a data set.
   *
   * @param name description of the task
   * @param folder folder of the temporary file
   */
  public static void writeTasks(
      AnnotatedImage.Source images, String name, ClassMap classes, OutputStream out, Path folder)
      throws IOException {
    write(images, name, classes, false, true, out, folder);
  }

  private static void write(
      AnnotatedImage.Source images,
      String name,
      ClassMap classes,
      boolean crowds,
      boolean tasks,
      OutputStream out,
      Path folder)
      throws IOException {
    JsonFactory factory = new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    Path waiting = Files.createTempFile(folder, "coco-", ".json");
    try (OutputStream waitingOut = Files.newOutputStream(waiting);
        JsonGenerator annotations = factory.createGenerator(waitingOut);
        JsonGenerator json = factory.createGenerator(out)) {
      CocoWriter coco = new CocoWriter(json, annotations, classes, crowds, tasks);
      coco.begin(name);
      annotations.writeStartArray();
      images.stream(coco::add);
      annotations.writeEndArray();
      annotations.flush();
      json.writeEndArray();
      json.writeFieldName("annotations");
      json.flush();
      // Copied as raw JSON, without holding it in memory.
      json.writeRawValue("");
      json.flush();
      Files.copy(waiting, out);
      json.writeEndObject();
    } finally {
      Files.deleteIfExists(waiting);
    }
  }

  private void begin(String name) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("info");
    json.writeStringField("description", name);
    json.writeEndObject();
    json.writeArrayFieldStart("categories");
    for (int id = 0; id < classes.count(); id++) {
      json.writeStartObject();
      json.writeNumberField("id", id + 1);
      json.writeStringField("name", classes.classes().get(id).name());
      json.writeEndObject();
    }
    if (tasks) {
      json.writeStartObject();
      json.writeNumberField("id", classes.count() + 1);
      json.writeStringField("name", AnnotatedImage.REGION);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("images");
  }

  private void add(AnnotatedImage annotated) throws IOException {
    LabelMap labels = annotated.labels();
    image++;
    json.writeStartObject();
    json.writeNumberField("id", image);
    json.writeStringField("file_name", annotated.name());
    json.writeNumberField("height", labels.size().height());
    json.writeNumberField("width", labels.size().width());
    json.writeEndObject();
    for (int id = 0; id < classes.count(); id++) {
      annotate(labels, id);
    }
    if (tasks) {
      for (Region region : annotated.regions()) {
        rectangle(region);
      }
    }
  }

  private void rectangle(Region region) throws IOException {
    int left = region.x();
    int top = region.y();
    int right = left + region.width();
    int bottom = top + region.height();
    begin(classes.count(), 0, region.pixels());
    numbers("bbox", left, top, region.width(), region.height());
    annotations.writeArrayFieldStart("segmentation");
    annotations.writeStartArray();
    for (int each : new int[] {left, top, right, top, right, bottom, left, bottom}) {
      annotations.writeNumber(each);
    }
    annotations.writeEndArray();
    annotations.writeEndArray();
    annotations.writeEndObject();
  }

  private void begin(int id, int crowd, long area) throws IOException {
    annotation++;
    annotations.writeStartObject();
    annotations.writeNumberField("id", annotation);
    annotations.writeNumberField("image_id", image);
    annotations.writeNumberField("category_id", id + 1);
    annotations.writeNumberField("iscrowd", crowd);
    annotations.writeNumberField("area", area);
  }

  private void numbers(String name, int... values) throws IOException {
    annotations.writeFieldName(name);
    annotations.writeArray(values, 0, values.length);
  }

  private void annotate(LabelMap labels, int id) throws IOException {
    int height = labels.size().height();
    int width = labels.size().width();
    int top = height;
    int left = width;
    int bottom = -1;
    int right = -1;
    int area = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (labels.id(y, x) == id) {
          area++;
          top = Math.min(top, y);
          left = Math.min(left, x);
          bottom = Math.max(bottom, y);
          right = Math.max(right, x);
        }
      }
    }
    if (area == 0) {
      return;
    }
    begin(id, crowds ? 1 : 0, area);
    numbers("bbox", left, top, right - left + 1, bottom - top + 1);
    annotations.writeObjectFieldStart("segmentation");
    numbers("size", height, width);
    int[] runs = runs(labels, id);
    if (crowds) {
      annotations.writeFieldName("counts");
      annotations.writeArray(runs, 0, runs.length);
    } else {
      annotations.writeStringField("counts", CocoRle.encode(runs));
    }
    annotations.writeEndObject();
    annotations.writeEndObject();
  }

  private static int[] runs(LabelMap labels, int id) {
    RunLengths runs = new RunLengths();
    for (int x = 0; x < labels.size().width(); x++) {
      for (int y = 0; y < labels.size().height(); y++) {
        runs.add(labels.id(y, x) == id, 1);
      }
    }
    return runs.toArray();
  }
}
