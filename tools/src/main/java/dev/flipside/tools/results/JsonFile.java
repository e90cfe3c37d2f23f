package dev.flipside.tools.results;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON file that knows where it stands, so that what is wrong with it can be said.
 *
 * @param file the file
 * @param where place in the file, for example {@code [2].captions}; empty for the whole
 * @param node the value; a missing node where there is none
 */
record JsonFile(Path file, String where, JsonNode node) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a file.
   *
   * @throws FlipsideException if there is none, or it is not JSON
   */
  public static JsonFile read(Path file) {
    try {
      return new JsonFile(file, "", JSON.readTree(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      throw new FlipsideException(
          file
              + ": no such file, expected in the folder of a run; give the folder that flipside"
              + " simulate or flipside quickstart wrote with --out",
          e);
    } catch (JsonProcessingException e) {
      throw new FlipsideException(
          file
              + " line "
              + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
              + ": expected JSON, found "
              + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
    }
  }

  /** Whether an object has a value of this name that is not null. */
  boolean has(String name) {
    return node.hasNonNull(name);
  }

  /** A member of an object; whether it exists is found when it is used. */
  JsonFile at(String name) {
    return new JsonFile(file, where.isEmpty() ? name : where + "." + name, node.path(name));
  }

  String text() {
    return require(node.isTextual(), "text").asText();
  }

  /** Text, or another where there is none. */
  String textOr(String other) {
    return node.isMissingNode() || node.isNull() ? other : text();
  }

  double number() {
    return require(node.isNumber(), "a number").asDouble();
  }

  /** A number, or null where there is none. */
  @Nullable Double numberOrNull() {
    return node.isMissingNode() || node.isNull() ? null : Double.valueOf(number());
  }

  long integer() {
    return require(node.isIntegralNumber(), "a whole number").asLong();
  }

  /** The elements of a list; none where there is no list. */
  <T> List<T> list(Function<JsonFile, T> element) {
    require(node.isArray() || node.isMissingNode() || node.isNull(), "a list");
    List<T> elements = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      elements.add(element.apply(new JsonFile(file, where + "[" + i + "]", node.get(i))));
    }
    return elements;
  }

  /**
   * Name and text of each member, in the order of the file; numbers are taken as text. None where
   * there is no object.
   */
  Map<String, String> members() {
    require(node.isObject() || node.isMissingNode() || node.isNull(), "an object");
    Map<String, String> members = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : node.properties()) {
      at(each.getKey()).require(each.getValue().isValueNode(), "text or a number");
      members.put(each.getKey(), each.getValue().asText());
    }
    return members;
  }

  /** Says what was expected in this place. */
  FlipsideException wrong(String expected) {
    return new FlipsideException(
        file
            + (where.isEmpty() ? "" : ": \"" + where + "\"")
            + ": expected "
            + expected
            + ", found "
            + found()
            + "; the file must be as flipside simulate writes it");
  }

  private JsonNode require(boolean condition, String expected) {
    if (!condition) {
      throw wrong(expected);
    }
    return node;
  }

  private String found() {
    if (node.isMissingNode() || node.isNull()) {
      return "nothing";
    }
    if (node.isValueNode()) {
      return node.toString();
    }
    return node.getNodeType() == JsonNodeType.ARRAY
        ? "a list of " + node.size()
        : "an " + node.getNodeType().toString().toLowerCase(Locale.ROOT);
  }
}
