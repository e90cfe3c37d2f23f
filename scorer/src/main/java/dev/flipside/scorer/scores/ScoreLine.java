package dev.flipside.scorer.scores;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads and writes the lines of a score file. Lines in exactly the form that Flipside writes are
 * read by a fast scanner; any other JSON with the same fields is read by Jackson.
 */
public final class ScoreLine {
  private static final ObjectMapper JSON = new ObjectMapper();

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
   * Reads a line.
   *
   * @param bytes buffer that holds the line from {@code from} (inclusive) to {@code to} (exclusive)
   * @throws IllegalArgumentException if the line is not a result; the message does not contain the
   *     position
   */
  static ImageResult parse(byte[] bytes, int from, int to) {
    RegionScores scores = new ScoreLineScanner(bytes, from, to).scores();
    return scores != null ? scores : parseJson(bytes, from, to);
  }

  private static ImageResult parseJson(byte[] bytes, int from, int to) {
    JsonNode json;
    try {
      json = JSON.readTree(Arrays.copyOfRange(bytes, from, to));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "not a line of JSON: "
              + new String(bytes, from, Math.min(60, to - from), StandardCharsets.UTF_8),
          e);
    }
    String image = json.path("image").asText();
    if (image.isBlank()) {
      throw new IllegalArgumentException("\"image\" is missing, expected the id of an image");
    }
    if (json.has("error")) {
      return new ImageFailure(image, json.get("error").asText());
    }
    JsonNode list = json.path("scores");
    if (!list.isArray()) {
      throw new IllegalArgumentException("\"scores\" is missing, expected a list of numbers");
    }
    float[] scores = new float[list.size()];
    for (int index = 0; index < scores.length; index++) {
      scores[index] = list.get(index).isNumber() ? list.get(index).floatValue() : Float.NaN;
    }
    return checked(
        image,
        integer(json, "height"),
        integer(json, "width"),
        integer(json, "rows"),
        integer(json, "cols"),
        integer(json, "regionHeight"),
        integer(json, "regionWidth"),
        scores);
  }

  private static int integer(JsonNode json, String field) {
    if (!json.path(field).isInt()) {
      throw new IllegalArgumentException("\"" + field + "\" is missing, expected an integer");
    }
    return json.get(field).intValue();
  }

  /** Creates the scores after checking that rows and columns match the sizes. */
  static RegionScores checked(
      String image,
      int height,
      int width,
      int rows,
      int cols,
      int regionHeight,
      int regionWidth,
      float[] scores) {
    RegionGrid grid = new RegionGrid(new ImageSize(height, width), regionHeight, regionWidth);
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
}
