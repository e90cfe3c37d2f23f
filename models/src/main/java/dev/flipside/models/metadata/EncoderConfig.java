package dev.flipside.models.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.card.ChannelOrder;
import dev.flipside.models.onnx.OnnxModelFile;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The preprocessing of an encoder, as segmentation-models-pytorch and timm write it: {@code mean},
 * {@code std}, {@code input_space} and {@code input_range}.
 */
final class EncoderConfig {
  private static final float TO_UNIT = 1f / 255;

  private EncoderConfig() {}

  static Optional<Hints> preprocessing(String source, JsonNode config) {
    List<Float> mean = Fields.three(config.path("mean"));
    List<Float> std = Fields.three(config.path("std"));
    if (mean == null || std == null || std.stream().anyMatch(each -> each <= 0)) {
      return Optional.empty();
    }
    String space = config.path("input_space").asText("");
    ChannelOrder channels =
        space.equalsIgnoreCase("RGB")
            ? ChannelOrder.RGB
            : space.equalsIgnoreCase("BGR") ? ChannelOrder.BGR : null;
    JsonNode range = config.path("input_range");
    boolean bytes = range.size() == 2 && range.get(1).asDouble() > 1;
    float scale = bytes ? 1 : TO_UNIT;
    return Optional.of(new Hints(source, null, channels, scale, mean, std));
  }

  /** Reads the same values from the configuration of a model of timm. */
  static Optional<Hints> pretrained(String source, JsonNode config) {
    return preprocessing(source, config.path("pretrained_cfg"));
  }

  /** Reads the same values from the metadata of a model of MLflow. */
  static Optional<Hints> mlflow(String source, JsonNode config) {
    return preprocessing(source, config.path("metadata"));
  }

  /** Reads the same values from the metadata of an ONNX file. */
  static Optional<Hints> embedded(OnnxModelFile model) {
    String source = "the metadata of the model";
    Optional<Hints> whole =
        model
            .metadata("preprocessing")
            .or(() -> model.metadata("preprocessing_params"))
            .flatMap(text -> preprocessing(source, ModelMetadata.parse(text)));
    if (whole.isPresent()) {
      return whole;
    }
    List<Float> mean = numbers(model, "mean");
    List<Float> std = numbers(model, "std");
    if (mean == null || std == null || std.stream().anyMatch(each -> each <= 0)) {
      return Optional.empty();
    }
    float scale = mean.stream().anyMatch(each -> each > 2) ? 1 : TO_UNIT;
    return Optional.of(new Hints(source, null, null, scale, mean, std));
  }

  private static @Nullable List<Float> numbers(OnnxModelFile model, String key) {
    return model
        .metadata(key)
        .map(text -> text.startsWith("[") || text.startsWith("(") ? text : "[" + text + "]")
        .map(text -> text.replace('(', '[').replace(')', ']'))
        .map(text -> Fields.three(ModelMetadata.parse(text)))
        .orElse(null);
  }
}
