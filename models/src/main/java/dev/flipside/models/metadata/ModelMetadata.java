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

  /** Names of configuration files; a file with the name of the model comes first. */
  private static final List<String> NAMES =
      List.of(
          "preprocessor_config.json",
          "config.json",
          "pipeline.json",
          "deploy.json",
          "deploy.yaml",
          "deploy.yml",
          "inference.yml",
          "preprocessing.json",
          "preprocessing_config.json",
          "preprocessing_params.json",
          "preprocess.json",
          "smp_preprocessing.json",
          "metadata.json",
          "metadata.yaml",
          "MLmodel");

  /** Readers of the formats; each returns nothing for the files of others. */
  private static final List<BiFunction<String, JsonNode, Optional<Hints>>> READERS =
      List.of(
          HubConfig::preprocessor,
          HubConfig::model,
          MmdeployConfig::pipeline,
          PaddleConfig::deploy,
          EncoderConfig::preprocessing,
          EncoderConfig::pretrained,
          EncoderConfig::mlflow,
          UltralyticsMetadata::file);

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
    for (Path file : files(model, folder)) {
      JsonNode content = read(file);
      for (var reader : READERS) {
        reader.apply(String.valueOf(file.getFileName()), content).ifPresent(hints::add);
      }
    }
    return hints;
  }

  /** Returns the files that may describe a model, also those above a folder named onnx. */
  private static List<Path> files(OnnxModelFile model, @Nullable Path folder) {
    List<Path> files = new ArrayList<>();
    if (folder == null) {
      return files;
    }
    String name = String.valueOf(Path.of(model.name()).getFileName());
    String stem = name.endsWith(".onnx") ? name.substring(0, name.length() - 5) : name;
    for (String ending : List.of(".json", ".yaml", ".yml")) {
      files.add(folder.resolve(stem + ending));
    }
    NAMES.forEach(each -> files.add(folder.resolve(each)));
    if (folder.endsWith("onnx") && folder.getParent() != null) {
      NAMES.forEach(each -> files.add(folder.resolveSibling(each)));
    }
    return files.stream().distinct().toList();
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
