package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.annotation.export.AnnotatedImage;
import dev.flipside.scorer.annotation.model.AnnotationBuilder;
import dev.flipside.scorer.annotation.model.ReadOptions;
import dev.flipside.scorer.annotation.shape.BrushRle;
import dev.flipside.scorer.annotation.shape.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The results of an annotation in Label Studio, painted in the order of the file. Brush, polygon,
 * rectangle and ellipse cover an area, with a label of their own or one that a result of type
 * {@code labels} gives them. Anything else, for example choices and key points, covers none.
 */
final class LabelStudioResults {
  private static final double PERCENT = 100;
  private static final Set<String> AREAS =
      Set.of("brush", "polygon", "rectangle", "ellipse", "bitmask");
  private static final String LABELS = "labels";

  private final AnnotationBuilder image;
  private final ReadOptions options;

  LabelStudioResults(AnnotationBuilder image, ReadOptions options) {
    this.image = image;
    this.options = options;
  }

  /** Returns the results of a task in JSON-MIN, where each tool's values are a list. */
  static @Nullable List<JsonTree> ofMinimal(JsonTree task) {
    List<JsonTree> results = new ArrayList<>();
    for (Map.Entry<String, ?> member : task.members().entrySet()) {
      if (!(member.getValue() instanceof List<?> values)) {
        continue;
      }
      for (Object each : values) {
        if (each instanceof JsonTree value) {
          Map<String, @Nullable Object> result = new HashMap<>(value.members());
          result.put("value", value);
          result.put("type", typeOf(value));
          results.add(new JsonTree(result));
        }
      }
    }
    // Without results, members of other types are choices and texts.
    return results.isEmpty() && !task.has("annotation_id") ? null : results;
  }

  /** JSON-MIN does not name the types; labels and coordinates tell them. */
  private static String typeOf(JsonTree value) {
    for (String area : AREAS) {
      if (value.has(area + LABELS)) {
        return area + LABELS;
      }
    }
    for (String member : value.members().keySet()) {
      if (member.endsWith(LABELS) && !member.equals(LABELS)) {
        return member;
      }
    }
    return value.has(LABELS) ? LABELS : value.has("choices") ? "choices" : "other";
  }

  /**
   * Adds the results to the image.
   *
   * @throws FlipsideException if a result that covers an area cannot be used
   */
  void add(List<JsonTree> results) {
    Map<String, JsonTree> labels = new HashMap<>();
    for (JsonTree each : results) {
      if (LABELS.equals(each.text("type")) && !each.id("id").isEmpty()) {
        labels.put(each.id("id"), each);
      }
    }
    Set<String> painted = new java.util.HashSet<>();
    for (JsonTree each : results) {
      String type = String.valueOf(each.text("type")).toLowerCase(Locale.ROOT);
      JsonTree value = each.get("value") instanceof JsonTree tree ? tree : null;
      String area = area(type, value);
      if (area == null) {
        image.unpainted(type);
        continue;
      }
      if (value == null) {
        throw new FlipsideException("a result of type " + type + " without value");
      }
      String id = each.id("id");
      if (!type.equals(LABELS) || id.isEmpty() || painted.add(id)) {
        JsonTree named = labels.get(id);
        JsonTree labelled = named == null ? null : named.object("value");
        String label = label(value, labelled);
        if (!type.equals(LABELS) && !id.isEmpty()) {
          painted.add(id);
        }
        paint(each, value, area, label);
      }
    }
  }

  /** Returns the kind of area that a result covers, or null. */
  private static @Nullable String area(String type, @Nullable JsonTree value) {
    if (type.equals(LABELS) && value != null) {
      // Which tool drew it shows in its coordinates.
      return value.has("rle")
          ? "brush"
          : value.has("points")
              ? "polygon"
              : value.has("radiusX")
                  ? "ellipse"
                  : value.has("width") && value.has("height") ? "rectangle" : null;
    }
    String tool = type.endsWith(LABELS) ? type.substring(0, type.length() - 6) : type;
    return AREAS.contains(tool) ? tool : null;
  }

  private static String label(JsonTree value, @Nullable JsonTree labelled) {
    for (JsonTree each : labelled == null ? List.of(value) : List.of(value, labelled)) {
      for (Map.Entry<String, ?> member : each.members().entrySet()) {
        if (member.getKey().endsWith(LABELS)
            && member.getValue() instanceof List<?> names
            && !names.isEmpty()) {
          if (names.size() > 1) {
            throw new FlipsideException(
                "a region with the labels " + names + ", expected one; remove the others");
          }
          return String.valueOf(names.get(0));
        }
      }
    }
    throw new FlipsideException("a region without label; give it one, or delete it");
  }

  private void paint(JsonTree result, JsonTree value, String area, String label) {
    if (label.equals(AnnotatedImage.REGION)) {
      return; // the regions are those that were handed out
    }
    ImageSize size = size(result);
    image.size(size);
    if (result.number("image_rotation", 0) != 0) {
      throw new FlipsideException("the image is turned in Label Studio; label it as it is");
    }
    int id = options.labels().id(label);
    switch (area) {
      case "brush" -> brush(value, id, size);
      case "polygon" -> {
        double[] xy = value.points("points", size.width() / PERCENT, size.height() / PERCENT);
        if (xy.length < 6) {
          image.unpainted("polygon of less than 3 corners");
        } else {
          image.add(new Shape.Polygon(id, xy));
        }
      }
      case "rectangle" ->
          image.add(
              Shape.cornerRectangle(
                  id,
                  value.number("x") / PERCENT * size.width(),
                  value.number("y") / PERCENT * size.height(),
                  value.number("width") / PERCENT * size.width(),
                  value.number("height") / PERCENT * size.height(),
                  value.number("rotation", 0)));
      case "ellipse" ->
          image.add(
              new Shape.Ellipse(
                  id,
                  value.number("x") / PERCENT * size.width(),
                  value.number("y") / PERCENT * size.height(),
                  value.number("radiusX") / PERCENT * size.width(),
                  value.number("radiusY") / PERCENT * size.height(),
                  value.number("rotation", 0)));
      default ->
          throw new FlipsideException(
              "a result of type " + area + " cannot be read; use brush, polygon or rectangle");
    }
  }

  private ImageSize size(JsonTree result) {
    try {
      return options.size(result.integer("original_height"), result.integer("original_width"));
    } catch (FlipsideException e) {
      throw new FlipsideException("original_height, original_width: " + e.getMessage(), e);
    }
  }

  private void brush(JsonTree value, int id, ImageSize size) {
    double[] rle = value.numbers("rle");
    byte[] code = new byte[rle.length];
    for (int at = 0; at < rle.length; at++) {
      if (rle[at] < 0 || rle[at] > 255 || rle[at] != Math.rint(rle[at])) {
        throw new FlipsideException("rle holds " + rle[at] + ", expected bytes of 0 to 255");
      }
      code[at] = (byte) rle[at];
    }
    if (code.length == 0) {
      image.unpainted("empty mask");
      return;
    }
    int[] runs = BrushRle.decode(code, Math.toIntExact(size.pixels()));
    if (runs.length < 2) {
      image.unpainted("empty mask");
    } else {
      image.add(new Shape.Mask(id, 0, 0, size.height(), size.width(), Shape.Scan.ROWS, runs));
    }
  }
}
