package dev.flipside.tools.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a command has done, as lines of text and as named values. */
public final class Summary {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final List<String> lines = new ArrayList<>();
  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

  /** Adds a line of text. */
  public Summary line(String text) {
    lines.add(text);
    return this;
  }

  /**
   * Adds a value.
   *
   * @param value a text, number, boolean, list or map, a record of these, or null; numbers that are
   *     not finite become null
   */
  public Summary with(String name, @Nullable Object value) {
    boolean finite = !(value instanceof Double number) || Double.isFinite(number);
    values.put(name, finite ? value : null);
    return this;
  }

  /** Returns the lines of text. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** Returns the values as a JSON object. */
  public String json() {
    try {
      return JSON.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a summary cannot be written as JSON", e);
    }
  }
}
