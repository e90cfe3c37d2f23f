package dev.flipside.models.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.domain.ImageSize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads values of configuration files that may be missing or of another type. */
final class Fields {
  private static final int MOST_CLASSES = 255;
  private static final int LONGEST_SIDE = 1 << 16;

  private static final Pattern COMMA = Pattern.compile(",");

  private Fields() {}

  /** Returns three finite numbers, or null. */
  private static @Nullable List<Float> three(JsonNode node) {
    if (node.size() != 3 || !node.isArray()) {
      return null;
    }
    List<Float> values = new ArrayList<>();
    for (JsonNode each : node) {
      if (!each.isNumber() || !Float.isFinite(each.floatValue())) {
        return null;
      }
      values.add(each.floatValue());
    }
    return values;
  }

  /** Returns three finite numbers, told as three or as one for all channels, or null. */
  static @Nullable List<Float> perChannel(JsonNode node) {
    JsonNode one = node.isArray() && node.size() == 1 ? node.path(0) : node;
    if (one.isNumber() && Float.isFinite(one.floatValue())) {
      return Collections.nCopies(3, one.floatValue());
    }
    return three(node);
  }

  /**
   * Returns the names of {@code {"0": "road", "1": …}} {@code ["road", …]} or {@code "road,…"}, or
   * null.
   */
  static @Nullable List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    if (node.isTextual() && node.asText().contains(",")) {
      COMMA.splitAsStream(node.asText()).map(String::strip).forEach(names::add);
      return names;
    }
    for (int id = 0; id < Math.min(node.size(), MOST_CLASSES + 1); id++) {
      JsonNode name = node.isArray() ? node.path(id) : node.path(Integer.toString(id));
      if (!name.isTextual() || name.asText().isBlank()) {
        return null;
      }
      names.add(name.asText().strip());
    }
    return names.isEmpty() || names.size() > MOST_CLASSES ? null : names;
  }

  /** Returns a whole number of px, or 0. */
  static int length(JsonNode node) {
    boolean whole = node.isNumber() && node.asDouble() >= 1 && node.asDouble() <= LONGEST_SIDE;
    return whole ? node.asInt() : 0;
  }

  /** Returns {@code [height, width]}, an object of these, or one length for both; or null. */
  static @Nullable ImageSize size(JsonNode node) {
    JsonNode first = node.isArray() ? node.path(0) : node.path("height");
    JsonNode last = node.isArray() ? node.path(node.size() - 1) : node.path("width");
    int height = length(node.isNumber() ? node : first);
    int width = length(node.isNumber() ? node : last);
    return height == 0 || width == 0 ? null : new ImageSize(height, width);
  }

  /** Returns three finite numbers, told as three or as one, or the usual ones. */
  static List<Float> values(JsonNode node, List<Float> usual) {
    List<Float> values = Fields.perChannel(node);
    return values == null ? usual : values;
  }
}
