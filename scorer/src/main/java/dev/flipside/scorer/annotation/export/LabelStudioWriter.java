package dev.flipside.scorer.annotation.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.annotation.shape.BrushRle;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Function;

/**
 * Writes tasks for Label Studio, one per image: {@code data.image} is the URL of the image, {@code
 * data.flipside} identifies it when the task is imported again, and {@code predictions} or {@code
 * annotations} hold the regions as rectangles and each class as a brush mask.
 */
public final class LabelStudioWriter implements AutoCloseable {
  private final JsonGenerator json;
  private final String campaign;
  private final ClassMap classes;
  private final String results;
  private final Function<String, String> url;
  private int result;

  private LabelStudioWriter(
      JsonGenerator json,
      String campaign,
      ClassMap classes,
      String results,
      Function<String, String> url) {
    this.json = json;
    this.campaign = campaign;
    this.classes = classes;
    this.results = results;
    this.url = url;
  }

  /**
   * Starts a list of tasks.
   *
   * @param results {@code annotations} for labels, {@code predictions} for predictions of a model
   * @param url returns the URL of an image ID
   */
  public static LabelStudioWriter begin(
      OutputStream out,
      String campaign,
      ClassMap classes,
      String results,
      Function<String, String> url)
      throws IOException {
    JsonGenerator json =
        new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET).createGenerator(out);
    json.writeStartArray();
    return new LabelStudioWriter(json, campaign, classes, results, url);
  }

  public void add(AnnotatedImage image) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("data");
    json.writeStringField("image", url.apply(image.name()));
    json.writeObjectFieldStart("flipside");
    json.writeStringField("campaign", campaign);
    json.writeStringField("image", image.name());
    json.writeArrayFieldStart("regions");
    for (Region region : image.regions()) {
      json.writeStartObject();
      json.writeNumberField("y", region.y());
      json.writeNumberField("x", region.x());
      json.writeNumberField("height", region.height());
      json.writeNumberField("width", region.width());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
    json.writeArrayFieldStart(results);
    json.writeStartObject();
    json.writeArrayFieldStart("result");
    for (Region region : image.regions()) {
      rectangle(region, image.labels().size());
    }
    for (int id = 0; id < classes.count(); id++) {
      brush(image, id);
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private void rectangle(Region region, ImageSize size) throws IOException {
    begin("region", "rectanglelabels", size);
    json.writeNumberField("x", 100.0 * region.x() / size.width());
    json.writeNumberField("y", 100.0 * region.y() / size.height());
    json.writeNumberField("width", 100.0 * region.width() / size.width());
    json.writeNumberField("height", 100.0 * region.height() / size.height());
    json.writeNumberField("rotation", 0);
    end("rectanglelabels", AnnotatedImage.REGION);
  }

  private void brush(AnnotatedImage image, int id) throws IOException {
    if (!contains(image.labels(), id)) {
      return;
    }
    begin("label", "brushlabels", image.labels().size());
    json.writeStringField("format", "rle");
    json.writeArrayFieldStart("rle");
    for (byte each : BrushRle.encode(image.labels(), id)) {
      json.writeNumber(each & 0xFF);
    }
    json.writeEndArray();
    end("brushlabels", classes.classes().get(id).name());
  }

  private static boolean contains(LabelMap labels, int id) {
    for (byte each : labels.ids()) {
      if ((each & 0xFF) == id) {
        return true;
      }
    }
    return false;
  }

  private void begin(String from, String type, ImageSize size) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", "flipside-" + result++);
    json.writeStringField("from_name", from);
    json.writeStringField("to_name", "image");
    json.writeStringField("type", type);
    json.writeNumberField("original_width", size.width());
    json.writeNumberField("original_height", size.height());
    json.writeNumberField("image_rotation", 0);
    json.writeObjectFieldStart("value");
  }

  private void end(String type, String label) throws IOException {
    json.writeArrayFieldStart(type);
    json.writeString(label);
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Ends the list. The stream is not closed. */
  @Override
  public void close() throws IOException {
    json.writeEndArray();
    json.close();
  }
}
