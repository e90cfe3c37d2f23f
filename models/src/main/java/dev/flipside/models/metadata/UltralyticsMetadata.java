package dev.flipside.models.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.onnx.OnnxModelFile;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Metadata that Ultralytics writes into its exports: {@code names}, {@code imgsz}, {@code task}.
 */
final class UltralyticsMetadata {
  private static final float TO_UNIT = 1f / 255;
  private static final List<Float> NO_MEAN = List.of(0f, 0f, 0f);
  private static final List<Float> NO_STD = List.of(1f, 1f, 1f);

  private UltralyticsMetadata() {}

  /** Reads the metadata of an ONNX file. Its networks take RGB from 0 to 1. */
  static Optional<Hints> embedded(OnnxModelFile model) {
    boolean known =
        model.metadata("author").filter(each -> each.contains("Ultralytics")).isPresent()
            || (model.metadata("names").isPresent() && model.metadata("stride").isPresent());
    if (!known) {
      return names(model);
    }
    JsonNode names = ModelMetadata.parse(model.metadata("names").orElse(""));
    return Optional.of(hints("the Ultralytics metadata of the model", names));
  }

  /** Reads the names of the classes alone, under the keys that exporters use. */
  private static Optional<Hints> names(OnnxModelFile model) {
    for (String key : List.of("names", "classes", "class_names", "labels", "id2label")) {
      JsonNode names = ModelMetadata.parse(model.metadata(key).orElse(""));
      List<String> read = names.isTextual() ? split(names.asText()) : Fields.names(names);
      if (read != null) {
        return Optional.of(
            new Hints("the metadata \"" + key + "\" of the model", read, null, null, null, null));
      }
    }
    return Optional.empty();
  }

  private static @Nullable List<String> split(String text) {
    return text.contains(",")
        ? Pattern.compile(",").splitAsStream(text).map(String::strip).toList()
        : null;
  }

  /** Reads the file metadata.yaml of an export to a folder. */
  static Optional<Hints> file(String source, JsonNode config) {
    boolean known = config.path("author").asText().contains("Ultralytics");
    return known ? Optional.of(hints(source, config.path("names"))) : Optional.empty();
  }

  private static Hints hints(String source, JsonNode names) {
    return new Hints(source, Fields.names(names), null, TO_UNIT, NO_MEAN, NO_STD);
  }
}
