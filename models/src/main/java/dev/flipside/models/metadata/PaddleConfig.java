package dev.flipside.models.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** The files deploy.yaml of PaddleSeg and inference.yml of PaddleX. */
final class PaddleConfig {
  private static final float TO_UNIT = 1f / 255;
  private static final List<Float> HALF = List.of(0.5f, 0.5f, 0.5f);

  private PaddleConfig() {}

  /** Reads the transform {@code Normalize}, which works on values from 0 to 1. */
  static Optional<Hints> deploy(String source, JsonNode config) {
    for (JsonNode step : config.path("Deploy").path("transforms")) {
      if (step.path("type").asText().equals("Normalize")) {
        List<Float> mean = step.has("mean") ? Fields.perChannel(step.path("mean")) : HALF;
        List<Float> std = step.has("std") ? Fields.perChannel(step.path("std")) : HALF;
        if (mean != null && std != null && std.stream().allMatch(each -> each > 0)) {
          return Optional.of(new Hints(source, null, null, TO_UNIT, mean, std));
        }
      }
    }
    for (JsonNode step : config.path("PreProcess").path("transform_ops")) {
      JsonNode normal = step.path("NormalizeImage");
      List<Float> mean = Fields.perChannel(normal.path("mean"));
      List<Float> std = Fields.perChannel(normal.path("std"));
      if (mean != null && std != null && std.stream().allMatch(each -> each > 0)) {
        return Optional.of(new Hints(source, null, null, TO_UNIT, mean, std));
      }
    }
    return Optional.empty();
  }
}
