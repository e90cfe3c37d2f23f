package dev.flipside.models.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.card.ChannelOrder;
import java.util.List;
import java.util.Optional;

/**
 * The preprocessing of an encoder, as segmentation-models-pytorch and timm write it: {@code mean},
 * {@code std}, {@code input_space} and {@code input_range}.
 */
final class EncoderConfig {
  private static final float TO_UNIT = 1f / 255;

  /** Larger means belong to values from 0 to 255. */
  private static final float LARGEST_UNIT_MEAN = 2;

  private EncoderConfig() {}

  static Optional<MetadataHints> preprocessing(String source, JsonNode config) {
    List<Float> mean = Fields.perChannel(config.path("mean"));
    List<Float> std = Fields.perChannel(config.path("std"));
    if (mean == null || std == null || std.stream().anyMatch(each -> each <= 0)) {
      return Optional.empty();
    }
    String space = config.path("input_space").asText("");
    ChannelOrder channels =
        space.equalsIgnoreCase("RGB")
            ? ChannelOrder.RGB
            : space.equalsIgnoreCase("BGR") ? ChannelOrder.BGR : null;
    JsonNode range = config.path("input_range");
    boolean bytes =
        range.size() == 2
            ? range.get(1).asDouble() > 1
            : mean.stream().anyMatch(each -> each > LARGEST_UNIT_MEAN);
    float scale = bytes ? 1 : TO_UNIT;
    return Optional.of(new MetadataHints(source, null, channels, scale, mean, std));
  }

  /** Reads the same values from the configuration of a model of timm. */
  static Optional<MetadataHints> pretrained(String source, JsonNode config) {
    return preprocessing(source, config.path("pretrained_cfg"));
  }

  /** Reads the same values from the metadata of a model of MLflow. */
  static Optional<MetadataHints> mlflow(String source, JsonNode config) {
    return preprocessing(source, config.path("metadata"));
  }
}
