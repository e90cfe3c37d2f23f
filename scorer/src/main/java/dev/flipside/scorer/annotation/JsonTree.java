package dev.flipside.scorer.annotation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.annotation.archive.ArchiveLimits;
import java.io.IOException;
import java.io.InputStream;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of an annotation file. Arrays of numbers, which are most of such files, are kept as
 * {@code double[]}. Accessors name the member that has another type than expected.
 *
 * @param members values: {@code JsonTree}, {@code List}, {@code double[]}, {@code String}, {@code
 *     Double}, {@code Boolean} or null
 */
record JsonTree(Map<String, @Nullable Object> members) {
  private static final int MAX_DEPTH = 100;

  /** Members of any size that are of no use: the pixels of images. */
  private static final Set<String> SKIPPED = Set.of("imageData");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNestingDepth(MAX_DEPTH)
                  .build())
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          // Python writes them; where one is needed, it is refused.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  /** Reads a document with a parser. */
  @FunctionalInterface
  interface Document {
    void read(JsonParser parser) throws IOException;
  }

  /**
   * Parses a document.
   *
   * @param program program that writes such documents, and how, for the message
   * @throws FlipsideException if the document is not JSON
   */
  static void parse(InputStream in, String program, Document document) throws IOException {
    try (JsonParser parser = JSON.createParser(in)) {
      document.read(parser);
    } catch (StreamConstraintsException e) {
      throw new FlipsideException(
          "the JSON is nested too deeply, or has a number of too many digits", e);
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new FlipsideException(
          "not the JSON of "
              + program
              + " (line "
              + (e.getLocation() == null ? 0 : e.getLocation().getLineNr())
              + "); export it again",
          e);
    } catch (java.io.CharConversionException e) {
      throw new FlipsideException("not the JSON of " + program + "; export it again", e);
    }
  }

  /** How many more values may be kept in memory; small documents can describe far more. */
  static final class Budget {
    /** Numbers in lists take less memory: so many count as one value. */
    private static final int NUMBERS = 16;

    private final long most;
    private long left;

    Budget(ArchiveLimits limits) {
      this.most = limits.jsonValues();
      this.left = most;
    }

    private void spend(long values) {
      left -= values;
      if (left < 0) {
        throw new FlipsideException(
            "the JSON has more than " + most + " values; export the annotations in parts");
      }
    }

    /**
     * Counts the numbers of a list.
     *
     * @throws FlipsideException if there are too many values with those before
     */
    void spendNumbers(int count) {
      spend(count / NUMBERS);
    }
  }

  /**
   * Reads the value at the parser's current token.
   *
   * @throws FlipsideException if the budget is exceeded
   */
  static @Nullable Object value(JsonParser parser, Budget budget) throws IOException {
    budget.spend(1);
    JsonToken token = parser.currentToken();
    if (token == null) {
      return null;
    }
    return switch (token) {
      case START_OBJECT -> object(parser, budget);
      case START_ARRAY -> array(parser, budget);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static JsonTree object(JsonParser parser, Budget budget) throws IOException {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (SKIPPED.contains(name)) {
        parser.skipChildren();
      } else {
        members.put(name, value(parser, budget));
      }
    }
    return new JsonTree(members);
  }

  private static Object array(JsonParser parser, Budget budget) throws IOException {
    double[] numbers = new double[8];
    int count = 0;
    JsonToken token = parser.nextToken();
    while (token != null && token.isNumeric()) {
      if (count == numbers.length) {
        budget.spendNumbers(count);
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count++] = parser.getDoubleValue();
      token = parser.nextToken();
    }
    if (token == JsonToken.END_ARRAY) {
      return Arrays.copyOf(numbers, count);
    }
    budget.spend(count);
    List<@Nullable Object> values = new ArrayList<>();
    for (int at = 0; at < count; at++) {
      values.add(numbers[at]);
    }
    while (token != null && token != JsonToken.END_ARRAY) {
      values.add(value(parser, budget));
      token = parser.nextToken();
    }
    return values;
  }

  /** Returns whether a member exists and is not null. */
  boolean has(String name) {
    return members.get(name) != null;
  }

  @Nullable Object get(String name) {
    return members.get(name);
  }

  /** Returns a string, or null if there is none. */
  @Nullable String text(String name) {
    Object value = members.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wrong(name, "a string");
  }

  /** Returns an ID, which may be a number or a string; empty if there is none. */
  String id(String name) {
    Object value = members.get(name);
    if (value instanceof Double number) {
      return number == Math.rint(number) ? Long.toString(number.longValue()) : number.toString();
    }
    if (value == null || value instanceof String) {
      return value == null ? "" : (String) value;
    }
    throw wrong(name, "a number or string");
  }

  /** Returns a finite number. */
  double number(String name) {
    if (members.get(name) instanceof Double number && Double.isFinite(number)) {
      return number;
    }
    throw wrong(name, "a number");
  }

  /** Returns a finite number, or another if there is none. */
  double number(String name, double other) {
    return has(name) ? number(name) : other;
  }

  /** Returns a whole number of at most nine digits. */
  int integer(String name) {
    double value = number(name);
    if (value != Math.rint(value) || Math.abs(value) >= 1e9) {
      throw wrong(name, "a whole number");
    }
    return (int) value;
  }

  boolean isTrue(String name) {
    return Boolean.TRUE.equals(members.get(name));
  }

  /** Returns an object, or null if there is none. */
  @Nullable JsonTree object(String name) {
    Object value = members.get(name);
    if (value == null || value instanceof JsonTree) {
      return (JsonTree) value;
    }
    throw wrong(name, "an object");
  }

  /** Returns the values of a list; none if it is missing. An empty list is one of numbers, too. */
  List<@Nullable Object> list(String name) {
    Object value = members.get(name);
    if (value instanceof List<?> list) {
      @SuppressWarnings("unchecked") // built above
      List<@Nullable Object> values = (List<@Nullable Object>) list;
      return values;
    }
    if (value == null || (value instanceof double[] none && none.length == 0)) {
      return List.of();
    }
    if (value instanceof double[] numbers) {
      // A view: as objects the numbers take several times the memory.
      return new AbstractList<@Nullable Object>() {
        @Override
        public Object get(int index) {
          return numbers[index];
        }

        @Override
        public int size() {
          return numbers.length;
        }
      };
    }
    throw wrong(name, "a list");
  }

  /** Returns a list of numbers. */
  double[] numbers(String name) {
    if (members.get(name) instanceof double[] numbers) {
      return numbers;
    }
    throw wrong(name, "a list of numbers");
  }

  /**
   * Returns a list of points as x, y, x, y, …
   *
   * @param scaleX factor of x
   * @param scaleY factor of y
   */
  double[] points(String name, double scaleX, double scaleY) {
    List<@Nullable Object> points = list(name);
    double[] xy = new double[2 * points.size()];
    for (int at = 0; at < points.size(); at++) {
      if (!(points.get(at) instanceof double[] point) || point.length != 2) {
        throw wrong(name, "a list of pairs x, y");
      }
      xy[2 * at] = point[0] * scaleX;
      xy[2 * at + 1] = point[1] * scaleY;
    }
    return xy;
  }

  private FlipsideException wrong(String name, String expected) {
    Object value = members.get(name);
    String found =
        value == null
            ? "nothing"
            : value instanceof Double || value instanceof Boolean
                ? value.toString()
                : value instanceof String
                    ? "a string"
                    : value instanceof JsonTree ? "an object" : "a list";
    return new FlipsideException(name + ": expected " + expected + ", found " + found);
  }
}
