package dev.flipside.models.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks JSON against the part of JSON Schema that our schema uses; other keywords are errors. */
final class JsonSchema {
  private static final Set<String> KNOWN =
      Set.of(
          "$schema",
          "$defs",
          "$ref",
          "title",
          "description",
          "type",
          "required",
          "properties",
          "additionalProperties",
          "const",
          "enum",
          "minLength",
          "exclusiveMinimum",
          "minimum",
          "maximum",
          "items",
          "minItems",
          "maxItems",
          "pattern",
          "oneOf",
          "if",
          "then",
          "else");

  private final JsonNode root;

  JsonSchema(JsonNode root) {
    this.root = root;
  }

  /** What is wrong, place by place; empty if nothing is. */
  List<String> violations(JsonNode value) {
    List<String> found = new ArrayList<>();
    check(root, value, "", found);
    return found;
  }

  private void check(JsonNode schema, JsonNode value, String place, List<String> found) {
    schema
        .fieldNames()
        .forEachRemaining(
            keyword -> {
              if (!KNOWN.contains(keyword)) {
                throw new IllegalArgumentException("schema keyword " + keyword);
              }
            });
    if (schema.has("$ref")) {
      check(root.at(schema.get("$ref").asText().substring(1)), value, place, found);
    }
    require(!schema.has("type") || isOf(schema.get("type").asText(), value), place, found);
    require(!schema.has("const") || schema.get("const").equals(value), place, found);
    if (schema.has("enum")) {
      boolean listed = false;
      for (JsonNode each : schema.get("enum")) {
        listed |= each.equals(value);
      }
      require(listed, place, found);
    }
    if (value.isTextual()) {
      require(value.asText().length() >= schema.path("minLength").asInt(), place, found);
      require(
          !schema.has("pattern") || value.asText().matches(schema.get("pattern").asText()),
          place,
          found);
    }
    if (value.isNumber()) {
      double number = value.asDouble();
      require(number >= schema.path("minimum").asDouble(-1e300), place, found);
      require(number <= schema.path("maximum").asDouble(1e300), place, found);
      require(number > schema.path("exclusiveMinimum").asDouble(-1e300), place, found);
    }
    if (value.isArray()) {
      require(value.size() >= schema.path("minItems").asInt(), place, found);
      require(value.size() <= schema.path("maxItems").asInt(1 << 20), place, found);
      for (int i = 0; schema.has("items") && i < value.size(); i++) {
        check(schema.get("items"), value.get(i), place + "/" + i, found);
      }
    }
    if (value.isObject()) {
      checkFields(schema, value, place, found);
    }
    if (schema.has("if")) {
      List<String> inner = new ArrayList<>();
      check(schema.get("if"), value, place, inner);
      check(schema.get(inner.isEmpty() ? "then" : "else"), value, place, found);
    }
    if (schema.has("oneOf")) {
      int fitting = 0;
      for (JsonNode each : schema.get("oneOf")) {
        List<String> inner = new ArrayList<>();
        check(each, value, place, inner);
        fitting += inner.isEmpty() ? 1 : 0;
      }
      require(fitting == 1, place, found);
    }
  }

  private void checkFields(JsonNode schema, JsonNode value, String place, List<String> found) {
    for (JsonNode name : schema.path("required")) {
      require(value.has(name.asText()), place + "/" + name.asText(), found);
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      String inner = place + "/" + field.getKey();
      JsonNode known = schema.path("properties").path(field.getKey());
      JsonNode others = schema.path("additionalProperties");
      if (!known.isMissingNode()) {
        check(known, field.getValue(), inner, found);
      } else if (others.isObject()) {
        check(others, field.getValue(), inner, found);
      } else {
        require(!others.isBoolean() || others.asBoolean(), inner, found);
      }
    }
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      default -> throw new IllegalArgumentException("schema type " + type);
    };
  }

  private static void require(boolean fits, String place, List<String> found) {
    if (!fits) {
      found.add(place);
    }
  }
}
