package dev.flipside.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Values for requests: as a schema says, or damaged. */
final class FuzzValues {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int DEEPEST = 6;
  private static final List<String> ODD =
      List.of(
          "",
          " ",
          "none",
          "0",
          "-1",
          "9223372036854775808",
          "1e309",
          "NaN",
          "true",
          "null",
          "..",
          "../../etc/passwd",
          "\u0000",
          "\uD83D\uDE00",
          "é",
          "\u202E",
          "'; DROP TABLE jobs; --",
          "<script>",
          "${jndi:ldap://x}",
          "%s%n",
          "x".repeat(300),
          "pool",
          "pool/0.png",
          "first.onnx",
          "flip-entropy",
          "2x3",
          "masks",
          "coco");

  private final Random random;
  private final Map<String, String> known = new HashMap<>();

  FuzzValues(Random random) {
    this.random = random;
  }

  /** Takes note of an identifier, by the start of its path or its name in a template. */
  void learn(String template, String value) {
    known.put(template, value);
  }

  private String odd() {
    return ODD.get(random.nextInt(ODD.size()));
  }

  /** Fills a template. */
  String path(String template) {
    String path = template;
    for (Map.Entry<String, String> each : known.entrySet()) {
      String key = each.getKey();
      String name = key.substring(key.indexOf('{'));
      if ((template.startsWith(key) || key.startsWith("{")) && random.nextInt(8) > 0) {
        path = path.replace(name, encode(each.getValue()));
      }
    }
    while (path.contains("{")) {
      String value = encode(odd());
      path = path.replaceFirst("\\{[a-z]+\\}", value.isEmpty() ? "none" : value);
    }
    return path;
  }

  String encoded(JsonNode schema) {
    JsonNode choices = schema.path("enum");
    return random.nextBoolean() && choices.size() > 0
        ? encode(choices.get(random.nextInt(choices.size())).asText())
        : encode(odd());
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  String header() {
    List<String> some =
        List.of("wait=0", "x", "*/*", "text/plain", "a b;c=d", "\"e\"", "1".repeat(300));
    return some.get(random.nextInt(some.size()));
  }

  byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    List<byte[]> starts =
        List.of(
            new byte[0],
            new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10},
            new byte[] {'P', 'K', 3, 4},
            "<?xml version=\"1.0\"?><annotations>".getBytes(StandardCharsets.US_ASCII),
            "[{\"data\":{".getBytes(StandardCharsets.US_ASCII),
            TestData.label(20, 20, 1));
    byte[] start = starts.get(random.nextInt(starts.size()));
    if (random.nextInt(3) == 0) {
      return start;
    }
    byte[] all = java.util.Arrays.copyOf(start, start.length + bytes.length);
    System.arraycopy(bytes, 0, all, start.length, bytes.length);
    return all;
  }

  /** A body as the schema says, with one damage in most cases. */
  byte[] body(JsonNode schema, JsonNode document) {
    try {
      byte[] json = JSON.writeValueAsBytes(value(schema, document, 0));
      if (random.nextInt(10) == 0 && json.length > 0) {
        json[random.nextInt(json.length)] = (byte) random.nextInt(256);
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode value(JsonNode given, JsonNode document, int depth) {
    JsonNode schema = resolved(given, document);
    if (depth > DEEPEST || random.nextInt(12) == 0) {
      return any(depth);
    }
    JsonNode choices = schema.path("enum");
    if (choices.size() > 0) {
      return choices.get(random.nextInt(choices.size()));
    }
    JsonNode examples = schema.path("examples");
    if (examples.size() > 0 && random.nextInt(3) > 0) {
      return examples.get(random.nextInt(examples.size()));
    }
    List<String> types = new ArrayList<>();
    JsonNode type = schema.path("type");
    if (type.isTextual()) {
      types.add(type.asText());
    }
    type.forEach(each -> types.add(each.asText()));
    return switch (types.isEmpty() ? "object" : types.get(random.nextInt(types.size()))) {
      case "object" -> object(schema, document, depth);
      case "array" -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(value(schema.path("items"), document, depth + 1));
        }
        yield array;
      }
      case "integer" ->
          NODES.numberNode(random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(9));
      case "number" -> NODES.numberNode(random.nextDouble());
      case "boolean" -> NODES.booleanNode(random.nextBoolean());
      case "null" -> NODES.nullNode();
      default -> NODES.textNode(odd());
    };
  }

  private ObjectNode object(JsonNode schema, JsonNode document, int depth) {
    ObjectNode object = NODES.objectNode();
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(each -> required.add(each.asText()));
    for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
      if (required.contains(member.getKey()) ? random.nextInt(15) > 0 : random.nextInt(3) == 0) {
        object.set(member.getKey(), value(member.getValue(), document, depth + 1));
      }
    }
    if (random.nextInt(15) == 0) {
      object.set(odd(), any(depth));
    }
    return object;
  }

  private JsonNode any(int depth) {
    return switch (random.nextInt(depth > DEEPEST ? 5 : 7)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.numberNode(random.nextLong());
      case 2 -> NODES.numberNode(-0.5);
      case 3 -> NODES.booleanNode(true);
      case 4 -> NODES.textNode(odd());
      case 5 -> NODES.arrayNode().add(any(depth + 2));
      default -> NODES.objectNode().set(odd(), any(depth + 2));
    };
  }

  private static JsonNode resolved(JsonNode schema, JsonNode document) {
    if (schema.has("$ref")) {
      return document.at(schema.get("$ref").asText().substring(1));
    }
    for (JsonNode alternative : schema.path("anyOf")) {
      if (alternative.has("$ref")) {
        return document.at(alternative.get("$ref").asText().substring(1));
      }
    }
    return schema;
  }
}
