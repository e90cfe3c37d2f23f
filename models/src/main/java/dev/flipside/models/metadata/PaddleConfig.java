package dev.flipside.models.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.card.Placement;
import dev.flipside.models.domain.ImageSize;
import java.util.List;
import java.util.Optional;

/** The files deploy.yaml of PaddleSeg and inference.yml of PaddleX. */
final class PaddleConfig {
  private static final List<Float> GREY = List.of(127.5f);
  private static final float TO_UNIT = 1f / 255;
  private static final List<Float> HALF = List.of(0.5f, 0.5f, 0.5f);

  private PaddleConfig() {}

  /** Reads the transform {@code Normalize}, which works on values from 0 to 1. */
  static Optional<MetadataHints> deploy(String source, JsonNode config) {
    for (JsonNode step : config.path("Deploy").path("transforms")) {
      if (step.path("type").asText().equals("Normalize")) {
        List<Float> mean = step.has("mean") ? Fields.perChannel(step.path("mean")) : HALF;
        List<Float> std = step.has("std") ? Fields.perChannel(step.path("std")) : HALF;
        if (mean != null && std != null && std.stream().allMatch(each -> each > 0)) {
          return Optional.of(new MetadataHints(source, null, null, TO_UNIT, mean, std));
        }
      }
    }
    for (JsonNode step : config.path("PreProcess").path("transform_ops")) {
      JsonNode normal = step.path("NormalizeImage");
      List<Float> mean = Fields.perChannel(normal.path("mean"));
      List<Float> std = Fields.perChannel(normal.path("std"));
      if (mean != null && std != null && std.stream().allMatch(each -> each > 0)) {
        return Optional.of(new MetadataHints(source, null, null, TO_UNIT, mean, std));
      }
    }
    return Optional.empty();
  }

  /** Reads the transforms of PaddleSeg that resize and pad. */
  static Optional<MetadataHints> resizing(String source, JsonNode config) {
    Resizing resizing = null;
    boolean normalized = false;
    for (JsonNode step : config.path("Deploy").path("transforms")) {
      String type = step.path("type").asText();
      if (type.equals("ResizeByLong")) {
        resizing = limited(0, Fields.length(step.path("long_size")), step);
      } else if (type.equals("ResizeByShort")) {
        resizing =
            limited(
                Fields.length(step.path("short_size")), Fields.length(step.path("max_size")), step);
      } else if (type.equals("Resize") && step.path("keep_ratio").asBoolean(false)) {
        Resizing edges = MmdeployConfig.edges(step.path("target_size"));
        int divisor = Fields.length(step.path("size_divisor"));
        resizing = divisor == 0 || edges.unclear() != null ? edges : edges.stretched(divisor);
      } else if (type.equals("LimitLong") || type.equals("PaddingByAspectRatio")) {
        resizing = Resizing.unclear(step.toString());
      } else if (type.equals("Normalize")) {
        normalized = true;
      } else if (type.equals("Padding") && resizing != null) {
        // The size is told as width and height.
        ImageSize size = Fields.size(step.path("target_size"));
        ImageSize box =
            size == null
                ? null
                : new ImageSize(/* height= */ size.width(), /* width= */ size.height());
        resizing =
            box == null || normalized || resizing.placement() == Placement.STRETCH
                ? Resizing.unclear(step.toString())
                : resizing.padded(box, 1, Fields.values(step.path("im_padding_value"), GREY));
      }
    }
    return resizing == null
        ? Optional.empty()
        : Optional.of(MetadataHints.resizes(source, resizing));
  }

  private static Resizing limited(int shortest, int longest, JsonNode step) {
    return shortest == 0 && longest == 0
        ? Resizing.unclear(step.toString())
        : Resizing.edges(shortest, longest);
  }
}
