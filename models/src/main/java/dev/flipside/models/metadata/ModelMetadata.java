package dev.flipside.models.metadata;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.flipside.models.card.ModelCard;
import dev.flipside.models.domain.TextFile;
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
  private static final int MOST_ENTRIES = 1000;
  private static final int LONGEST_ENTRY = 1 << 16;

  /** Keys under which exporters store the names of the classes. */
  static final List<String> NAMES_OF_CLASSES =
      List.of("id2label", "names", "classes", "class_names", "labels");

  private static final ObjectMapper JSON = new ObjectMapper(new JsonFactory());
  private static final ObjectMapper YAML = Yaml.mapper();

  /** Names of configuration files; a file with the name of the model comes first. */
  private static final List<String> NAMES =
      List.of(
          "preprocessor_config.json",
          "processor_config.json",
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
  private static final List<BiFunction<String, JsonNode, Optional<MetadataHints>>> READERS =
      List.of(
          HubConfig::preprocessor,
          HubConfig::model,
          MmdeployConfig::pipeline,
          PaddleConfig::deploy,
          EncoderConfig::preprocessing,
          EncoderConfig::pretrained,
          EncoderConfig::mlflow,
          UltralyticsMetadata::read,
          UltralyticsMetadata::letterbox,
          HubConfig::resizing,
          MmdeployConfig::resizing,
          PaddleConfig::resizing);

  private ModelMetadata() {}

  /**
   * Reads everything that is known.
   *
   * @param folder folder of the model, null if there is none
   */
  public static List<MetadataHints> of(OnnxModelFile model, @Nullable Path folder) {
    List<MetadataHints> hints = new ArrayList<>();
    addAll(hints, "the metadata of the model", embedded(model));
    for (Path file : files(model, folder)) {
      addAll(hints, String.valueOf(file.getFileName()), read(file));
    }
    return hints;
  }

  private static void addAll(List<MetadataHints> hints, String source, JsonNode content) {
    for (var reader : READERS) {
      reader.apply(source, content).ifPresent(hints::add);
    }
  }

  /** Returns the metadata of an ONNX file as an object; texts that are objects are merged in. */
  private static JsonNode embedded(OnnxModelFile model) {
    ObjectNode all = JSON.createObjectNode();
    int entries = Math.min(model.proto().getMetadataPropsCount(), MOST_ENTRIES);
    for (StringStringEntryProto each : model.proto().getMetadataPropsList().subList(0, entries)) {
      boolean ours = each.getKey().equals(ModelCard.METADATA_KEY);
      if (!ours && each.getValue().length() <= LONGEST_ENTRY) {
        JsonNode value = parse(each.getValue());
        if (value.isObject() && !NAMES_OF_CLASSES.contains(each.getKey())) {
          value.properties().forEach(field -> all.set(field.getKey(), field.getValue()));
        } else {
          all.set(each.getKey(), value.isMissingNode() ? TextNode.valueOf(each.getValue()) : value);
        }
      }
    }
    return all;
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
      return orMissing((json ? JSON : YAML).readTree(TextFile.read(file)));
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
