package dev.flipside.models.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.domain.ImageSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The file pipeline.json of MMDeploy. */
final class MmdeployConfig {
  private static final List<Float> BLACK = List.of(0f);

  private MmdeployConfig() {}

  /** Reads the step {@code Normalize}, which works on values from 0 to 255. */
  static Optional<MetadataHints> pipeline(String source, JsonNode config) {
    for (JsonNode task : config.path("pipeline").path("tasks")) {
      for (JsonNode step : task.path("transforms")) {
        if (step.path("type").asText().equals("Normalize")) {
          List<Float> mean = Fields.perChannel(step.path("mean"));
          List<Float> std = Fields.perChannel(step.path("std"));
          if (mean != null && std != null && std.stream().allMatch(each -> each > 0)) {
            boolean rgb = step.path("to_rgb").asBoolean(true);
            ChannelOrder channels = rgb ? ChannelOrder.RGB : ChannelOrder.BGR;
            return Optional.of(new MetadataHints(source, null, channels, 1f, mean, std));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Reads the steps {@code Resize} with {@code keep_ratio} and {@code Pad} of MMDeploy. */
  static Optional<MetadataHints> resizing(String source, JsonNode config) {
    Resizing resizing = null;
    JsonNode normal = null;
    for (JsonNode task : config.path("pipeline").path("tasks")) {
      for (JsonNode step : task.path("transforms")) {
        String type = step.path("type").asText();
        if (type.equals("Resize") && step.path("keep_ratio").asBoolean(false)) {
          resizing = edges(step.has("scale") ? step.path("scale") : step.path("size"));
        } else if (type.equals("Normalize")) {
          normal = step;
        } else if (type.equals("Pad") && resizing != null) {
          JsonNode told = step.path("pad_val");
          List<Float> pad = Fields.values(told.isObject() ? told.path("img") : told, BLACK);
          resizing = padded(resizing, step, normal == null ? pad : raw(pad, normal));
        }
      }
    }
    return resizing == null
        ? Optional.empty()
        : Optional.of(MetadataHints.resizes(source, resizing));
  }

  /** Returns the limits of the sides that two numbers mean, in any order. */
  static Resizing edges(JsonNode scale) {
    int first = Fields.length(scale.isArray() ? scale.path(0) : scale);
    int second = Fields.length(scale.isArray() ? scale.path(scale.size() - 1) : scale);
    return first == 0 || second == 0
        ? Resizing.unclear("keep_ratio, size " + scale)
        : Resizing.edges(Math.min(first, second), Math.max(first, second));
  }

  private static Resizing padded(Resizing resizing, JsonNode step, List<Float> pad) {
    int divisor = Fields.length(step.path("size_divisor"));
    if (step.path("pad_to_square").asBoolean(false)) {
      return Resizing.unclear("keep_ratio, pad_to_square");
    }
    ImageSize size = Fields.size(step.path("size"));
    if (size != null && size.height() != size.width()) {
      return Resizing.unclear("keep_ratio, Pad with size " + step.path("size"));
    }
    return resizing.padded(size, Math.max(1, divisor), pad);
  }

  /** Returns the raw values of normalized ones. */
  private static List<Float> raw(List<Float> normalized, JsonNode step) {
    List<Float> mean = Fields.perChannel(step.path("mean"));
    List<Float> std = Fields.perChannel(step.path("std"));
    if (mean == null || std == null) {
      return normalized;
    }
    List<Float> raw = new ArrayList<>();
    for (int channel = 0; channel < mean.size(); channel++) {
      float value = normalized.get(normalized.size() == 1 ? 0 : channel);
      raw.add(value * std.get(channel) + mean.get(channel));
    }
    return raw;
  }
}
