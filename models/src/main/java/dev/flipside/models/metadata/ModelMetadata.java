package dev.flipside.models.metadata;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.flipside.models.onnx.OnnxModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the metadata of a model and the configuration files beside it say. Files that cannot
 * be read or say nothing are left out: they may belong to something else.
 */
public final class ModelMetadata {
  private static final long LARGEST_FILE = 4 << 20;
  private static final ObjectMapper JSON = new ObjectMapper(new JsonFactory());
  private static final ObjectMapper YAML = Yaml.mapper();

  /** Names of files, each with its reader. */
  private static final List<Map.Entry<String, BiFunction<String, JsonNode, Optional<Hints>>>>
      READERS =
          List.of(
              Map.entry("preprocessor_config.json", HubConfig::preprocessor),
              Map.entry("config.json", HubConfig::model),
              Map.entry("pipeline.json", MmdeployConfig::pipeline),
              Map.entry("deploy.yaml", PaddleConfig::deploy),
              Map.entry("deploy.yml", PaddleConfig::deploy),
              Map.entry("preprocessing.json", EncoderConfig::preprocessing),
              Map.entry("preprocessing_config.json", EncoderConfig::preprocessing),
              Map.entry("preprocess.json", EncoderConfig::preprocessing),
              Map.entry("preprocessing_params.json", EncoderConfig::preprocessing),
              Map.entry("smp_preprocessing.json", EncoderConfig::preprocessing),
              Map.entry("MLmodel", EncoderConfig::mlflow),
              Map.entry("metadata.yaml", UltralyticsMetadata::file));

  private ModelMetadata() {}

  /**
   * Reads everything that is known.
   *
   * @param folder folder of the model, null if there is none
   */
  public static List<Hints> of(OnnxModelFile model, @Nullable Path folder) {
    List<Hints> hints = new ArrayList<>();
    UltralyticsMetadata.embedded(model).ifPresent(hints::add);
    EncoderConfig.embedded(model).ifPresent(hints::add);
    if (folder != null) {
      for (var reader : READERS) {
        JsonNode content = read(folder.resolve(reader.getKey()));
        reader.getValue().apply(reader.getKey(), content).ifPresent(hints::add);
      }
    }
    return hints;
  }

  private static JsonNode read(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_FILE) {
        return MissingNode.getInstance();
      }
      boolean json = file.toString().endsWith(".json");
      return orMissing((json ? JSON : YAML).readTree(Files.readString(file)));
    } catch (IOException | RuntimeException e) {
      return MissingNode.getInstance();
    }
  }

  /** Parses JSON, or what Python prints for a dictionary, which is YAML. */
  static JsonNode parse(String text) {
    try {
      return orMissing(YAML.readTree(text));
    } catch (JsonProcessingException | RuntimeException e) {
      return MissingNode.getInstance();
    }
  }

  private static JsonNode orMissing(@Nullable JsonNode node) {
    return node == null ? MissingNode.getInstance() : node;
  }
}
