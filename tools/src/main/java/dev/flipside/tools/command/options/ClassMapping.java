package dev.flipside.tools.command.options;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code --class-map}: which class a foreign label name stands for, as pairs or a JSON file. */
public final class ClassMapping {
  /** Help text of {@code --class-map}. */
  public static final String DESCRIPTION =
      "Classes of other label names in the file: pairs such as auto=Car,sky=ignore, or a JSON file"
          + " {\"auto\":\"Car\",\"sky\":\"ignore\"} (default: labels are named as the classes).";

  private static final ObjectReader JSON =
      new ObjectMapper()
          .readerForMapOf(String.class)
          .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private ClassMapping() {}

  /**
   * Parses {@code name=class,…}, or reads a JSON object of names.
   *
   * @throws FlipsideException if the file cannot be read, or is no such object
   */
  public static Map<String, String> parse(@Nullable String text, CommonOptions common) {
    if (text == null) {
      return Map.of();
    }
    if (!text.contains("=")) {
      return read(Path.of(text));
    }
    Map<String, String> mapping = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? "" : pair.substring(0, equals).strip();
      String known = equals < 0 ? "" : pair.substring(equals + 1).strip();
      if (name.isEmpty() || known.isEmpty() || mapping.put(name, known) != null) {
        throw common.badUse(
            "--class-map: \"" + pair + "\", expected NAME=CLASS, each name once, or a JSON file");
      }
    }
    return mapping;
  }

  private static Map<String, String> read(Path file) {
    try {
      Map<String, String> mapping = JSON.readValue(Files.readAllBytes(file));
      if (mapping == null || mapping.containsValue(null)) {
        throw malformed(file, null);
      }
      return mapping;
    } catch (JsonProcessingException e) {
      throw malformed(file, e);
    } catch (NoSuchFileException e) {
      throw new FlipsideException(
          file + ": no such file of class names; expected one, or NAME=CLASS,...", e);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
    }
  }

  private static FlipsideException malformed(Path file, @Nullable Exception cause) {
    return new FlipsideException(
        file + ": expected a JSON object of names, for example {\"auto\":\"Car\"}",
        cause == null ? new IllegalArgumentException("no object of names") : cause);
  }
}
