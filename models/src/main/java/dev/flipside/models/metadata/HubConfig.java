package dev.flipside.models.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** Files that Hugging Face Transformers writes: preprocessor_config.json and config.json. */
final class HubConfig {
  private static final float TO_UNIT = 1f / 255;
  private static final List<Float> NO_MEAN = List.of(0f, 0f, 0f);
  private static final List<Float> NO_STD = List.of(1f, 1f, 1f);

  private HubConfig() {}

  /** Reads {@code do_rescale}, {@code rescale_factor}, {@code do_normalize} and the statistics. */
  static Optional<Hints> preprocessor(String source, JsonNode config) {
    boolean known =
        config.has("do_normalize") || config.has("image_mean") || config.has("do_rescale");
    if (!known) {
      return Optional.empty();
    }
    boolean rescales = config.path("do_rescale").asBoolean(true);
    float scale = rescales ? (float) config.path("rescale_factor").asDouble(TO_UNIT) : 1;
    boolean normalizes = config.path("do_normalize").asBoolean(config.has("image_mean"));
    List<Float> mean = normalizes ? Fields.three(config.path("image_mean")) : NO_MEAN;
    List<Float> std = normalizes ? Fields.three(config.path("image_std")) : NO_STD;
    if (mean == null || std == null || !(scale > 0) || std.stream().anyMatch(each -> each <= 0)) {
      return Optional.empty();
    }
    return Optional.of(new Hints(source, null, null, scale, mean, std));
  }

  /** Reads {@code id2label}, or the names under another usual key. */
  static Optional<Hints> model(String source, JsonNode config) {
    return ModelMetadata.NAMES_OF_CLASSES.stream()
        .map(key -> Optional.ofNullable(Fields.names(config.path(key))))
        .flatMap(Optional::stream)
        .findFirst()
        .map(names -> new Hints(source, names, null, null, null, null));
  }
}
