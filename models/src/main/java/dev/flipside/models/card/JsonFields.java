package dev.flipside.models.card;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.models.domain.FlipsideException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Reads the fields of a JSON object. Error messages state the location, the expected and the found
 * value.
 */
final class JsonFields {
  private final JsonNode node;
  private final String place;
  private final Set<String> read = new HashSet<>();

  private JsonFields(JsonNode node, String place) {
    this.node = node;
    this.place = place;
  }

  static JsonFields of(JsonNode node, String place) {
    if (!node.isObject()) {
      throw new FlipsideException(place + ": expected an object {…}, found " + shown(node));
    }
    return new JsonFields(node, place);
  }

  /** Returns the JSON form of an enum constant: lower case with hyphens. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean has(String name) {
    read.add(name);
    return node.hasNonNull(name);
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  String text(String name) {
    JsonNode value = required(name, "a text");
    if (!value.isTextual()) {
      throw failure(name, shown(value) + ", expected a text");
    }
    return value.textValue();
  }

  int integer(String name) {
    return integer(required(name, "an integer"), name);
  }

  long longInteger(String name) {
    JsonNode value = required(name, "an integer");
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw failure(name, shown(value) + ", expected an integer");
    }
    return value.longValue();
  }

  float number(String name) {
    return number(required(name, "a number"), name);
  }

  List<Float> numbers(String name) {
    List<Float> numbers = new ArrayList<>();
    for (JsonNode each : array(name)) {
      numbers.add(number(each, name));
    }
    return numbers;
  }

  List<Integer> integers(String name) {
    List<Integer> integers = new ArrayList<>();
    for (JsonNode each : array(name)) {
      integers.add(integer(each, name));
    }
    return integers;
  }

  int color(String name) {
    String text = text(name);
    if (!text.matches("#[0-9a-fA-F]{6}")) {
      throw failure(name, "\"" + text + "\", expected a color like #804080");
    }
    return Integer.parseInt(text.substring(1), 16);
  }

  <E extends Enum<E>> E word(String name, Class<E> type) {
    String text = text(name);
    List<String> words = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (word(constant).equals(text)) {
        return constant;
      }
      words.add(word(constant));
    }
    throw failure(name, "\"" + text + "\", expected one of " + String.join(", ", words));
  }

  JsonFields object(String name) {
    return of(required(name, "an object"), place + ", " + name);
  }

  List<JsonFields> objects(String name) {
    List<JsonFields> objects = new ArrayList<>();
    for (JsonNode each : array(name)) {
      objects.add(of(each, place + ", " + name + "[" + objects.size() + "]"));
    }
    return objects;
  }

  /** Builds a value; adds the location to the message if its constructor rejects an argument. */
  <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(place + ": " + e.getMessage(), e);
    }
  }

  void requireNothingElse() {
    Set<String> others = new TreeSet<>(names());
    others.removeAll(read);
    for (String other : others) {
      if (node.hasNonNull(other)) {
        throw failure(other, "no such field; expected one of " + new TreeSet<>(read));
      }
    }
  }

  FlipsideException failure(String name, String what) {
    return new FlipsideException(place + ", field \"" + name + "\": " + what);
  }

  private JsonNode required(String name, String expected) {
    read.add(name);
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      throw failure(name, "missing, expected " + expected);
    }
    return value;
  }

  private JsonNode array(String name) {
    JsonNode value = required(name, "a list");
    if (!value.isArray()) {
      throw failure(name, shown(value) + ", expected a list");
    }
    return value;
  }

  private int integer(JsonNode value, String name) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw failure(name, shown(value) + ", expected an integer");
    }
    return value.intValue();
  }

  private float number(JsonNode value, String name) {
    if (!value.isNumber()) {
      throw failure(name, shown(value) + ", expected a number");
    }
    return value.floatValue();
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
