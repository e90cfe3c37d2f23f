package dev.flipside.models.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.card.Placement;
import dev.flipside.models.card.Rounding;
import dev.flipside.models.domain.ImageSize;
import java.util.List;
import java.util.Optional;

/** What Ultralytics writes into its exports: {@code names}, {@code stride}, {@code author}. */
final class UltralyticsMetadata {
  private static final List<Float> GREY = List.of(114f);
  private static final float TO_UNIT = 1f / 255;
  private static final List<Float> NO_MEAN = List.of(0f, 0f, 0f);
  private static final List<Float> NO_STD = List.of(1f, 1f, 1f);

  private UltralyticsMetadata() {}

  /** Reads the metadata of an ONNX file or the file metadata.yaml: networks that take 0 to 1. */
  static Optional<MetadataHints> read(String source, JsonNode config) {
    boolean known =
        config.path("author").asText().contains("Ultralytics")
            || (config.has("names") && config.has("stride"));
    return known
        ? Optional.of(new MetadataHints(source, null, null, TO_UNIT, NO_MEAN, NO_STD))
        : Optional.empty();
  }

  /** Reads the letterbox of Ultralytics: {@code imgsz} and {@code stride}. */
  static Optional<MetadataHints> letterbox(String source, JsonNode config) {
    ImageSize size = Fields.size(config.path("imgsz"));
    boolean known = config.has("stride") && config.has("names");
    if (!known || size == null) {
      return Optional.empty();
    }
    int stride = Math.max(1, config.path("stride").asInt(1));
    return Optional.of(
        MetadataHints.resizes(
            source,
            new Resizing(size, 0, 0, stride, Placement.CENTER, GREY, Rounding.NEAREST, null)));
  }
}
