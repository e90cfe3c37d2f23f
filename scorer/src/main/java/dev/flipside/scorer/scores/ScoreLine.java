package dev.flipside.scorer.scores;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and writes the lines of a score file. */
public final class ScoreLine {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();
  private static final List<String> INTEGERS =
      List.of("height", "width", "rows", "cols", "regionHeight", "regionWidth");

  private ScoreLine() {}

  /** Returns the line of a result, without line terminator. */
  public static String format(ImageResult result) {
    StringBuilder line = new StringBuilder(512);
    line.append("{\"image\":");
    JsonText.append(line, result.image());
    if (result instanceof ImageFailure failure) {
      line.append(",\"error\":");
      JsonText.append(line, failure.error());
    } else if (result instanceof RegionScores scores) {
      appendScores(line, scores);
    }
    return line.append('}').toString();
  }

  private static void appendScores(StringBuilder line, RegionScores scores) {
    RegionGrid grid = scores.grid();
    line.append(",\"height\":").append(grid.image().height());
    line.append(",\"width\":").append(grid.image().width());
    line.append(",\"rows\":").append(grid.rows());
    line.append(",\"cols\":").append(grid.cols());
    line.append(",\"regionHeight\":").append(grid.regionHeight());
    line.append(",\"regionWidth\":").append(grid.regionWidth());
    line.append(",\"scores\":[");
    float[] values = scores.scores();
    for (int index = 0; index < values.length; index++) {
      if (index > 0) {
        line.append(',');
      }
      line.append(values[index]);
    }
    line.append(']');
  }

  /**
   * Reads a line: a JSON object with the fields in any order; other fields are skipped.
   *
   * @param bytes buffer that holds the line from {@code from} (inclusive) to {@code to} (exclusive)
   * @throws IllegalArgumentException if the line is not a result; the message does not contain the
   *     position
   */
  static ImageResult parse(byte[] bytes, int from, int to) {
    String image = "";
    String error = null;
    float[] scores = null;
    Map<String, Integer> integers = new HashMap<>();
    Set<String> fields = new HashSet<>();
    try (JsonParser json = JSON.createParser(bytes, from, to - from)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException(notJson(bytes, from, to));
      }
      for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
        JsonToken value = json.nextToken();
        if (!fields.add(field)) {
          throw new IllegalArgumentException("\"" + field + "\" occurs twice, expected it once");
        }
        switch (field) {
          case "image" -> image = Objects.requireNonNullElse(text(json), "");
          case "error" -> error = text(json);
          case "scores" -> scores = floats(json);
          default -> {
            if (value == JsonToken.VALUE_NUMBER_INT && INTEGERS.contains(field)) {
              integers.put(field, json.getIntValue());
            } else {
              json.skipChildren();
            }
          }
        }
      }
      if (json.nextToken() != null) {
        throw new IllegalArgumentException(notJson(bytes, from, to));
      }
    } catch (InputCoercionException e) {
      throw new IllegalArgumentException("a number is out of range: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(notJson(bytes, from, to), e);
    }
    return result(image, error, scores, integers);
  }

  private static ImageResult result(
      String image,
      @Nullable String error,
      float @Nullable [] scores,
      Map<String, Integer> integers) {
    if (image.isBlank()) {
      throw new IllegalArgumentException("\"image\" is missing, expected the id of an image");
    }
    if (error != null) {
      return new ImageFailure(image, error);
    }
    if (scores == null) {
      throw new IllegalArgumentException(
          "\"scores\" is missing, expected a list of numbers as flipside score writes it");
    }
    return checked(image, integers, scores);
  }

  private static @Nullable String text(JsonParser json) throws IOException {
    JsonToken value = json.currentToken();
    json.skipChildren();
    return value.isScalarValue() && value != JsonToken.VALUE_NULL ? json.getText() : null;
  }

  /** Returns the numbers of a list, NaN for what is not a number; null if there is no list. */
  private static float @Nullable [] floats(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return null;
    }
    float[] values = new float[64];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = json.currentToken().isNumeric() ? json.getFloatValue() : Float.NaN;
      json.skipChildren();
    }
    return Arrays.copyOf(values, count);
  }

  private static String notJson(byte[] bytes, int from, int to) {
    return "not a line of JSON: "
        + new String(bytes, from, Math.min(60, to - from), StandardCharsets.UTF_8);
  }

  /** Creates the scores after checking that rows and columns match the sizes. */
  private static RegionScores checked(String image, Map<String, Integer> integers, float[] scores) {
    int rows = integer(integers, "rows");
    int cols = integer(integers, "cols");
    int regionHeight = integer(integers, "regionHeight");
    int regionWidth = integer(integers, "regionWidth");
    ImageSize size = new ImageSize(integer(integers, "height"), integer(integers, "width"));
    RegionGrid grid = new RegionGrid(size, regionHeight, regionWidth);
    if (grid.rows() != rows || grid.cols() != cols) {
      throw new IllegalArgumentException(
          image
              + ": "
              + rows
              + "x"
              + cols
              + " regions, but regions of "
              + regionHeight
              + "x"
              + regionWidth
              + " px on "
              + grid.image()
              + " are "
              + grid.rows()
              + "x"
              + grid.cols());
    }
    return new RegionScores(image, grid, scores);
  }

  private static int integer(Map<String, Integer> integers, String field) {
    Integer value = integers.get(field);
    if (value == null) {
      throw new IllegalArgumentException("\"" + field + "\" is missing, expected an integer");
    }
    return value;
  }
}
