package dev.flipside.models.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.card.ChannelOrder;
import java.util.List;
import java.util.Optional;

/** The file pipeline.json of MMDeploy. */
final class MmdeployConfig {
  private MmdeployConfig() {}

  /** Reads the step {@code Normalize}, which works on values from 0 to 255. */
  static Optional<Hints> pipeline(String source, JsonNode config) {
    for (JsonNode task : config.path("pipeline").path("tasks")) {
      for (JsonNode step : task.path("transforms")) {
        if (step.path("type").asText().equals("Normalize")) {
          List<Float> mean = Fields.perChannel(step.path("mean"));
          List<Float> std = Fields.perChannel(step.path("std"));
          if (mean != null && std != null && std.stream().allMatch(each -> each > 0)) {
            boolean rgb = step.path("to_rgb").asBoolean(true);
            ChannelOrder channels = rgb ? ChannelOrder.RGB : ChannelOrder.BGR;
            return Optional.of(new Hints(source, null, channels, 1f, mean, std));
          }
        }
      }
    }
    return Optional.empty();
  }
}
