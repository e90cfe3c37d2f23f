package dev.flipside.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The operations of the OpenAPI document. */
public final class Operations {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

  private Operations() {}

  /**
   * An operation.
   *
   * @param method in upper case
   * @param path template of the path
   * @param body what the document says about it
   */
  public record Operation(String method, String path, JsonNode body) {
    /** Returns the path with {@code none} for every parameter. */
    public String anyPath() {
      return path.replaceAll("\\{[a-z]+\\}", "none");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** Lists the operations of a document. */
  public static List<Operation> of(JsonNode document) {
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (METHODS.contains(method.getKey())) {
          operations.add(
              new Operation(
                  method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue()));
        }
      }
    }
    return operations;
  }
}
