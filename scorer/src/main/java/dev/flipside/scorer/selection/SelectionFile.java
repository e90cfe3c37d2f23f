package dev.flipside.scorer.selection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionId;
import dev.flipside.models.domain.TextFile;
import dev.flipside.scorer.scores.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A selection file: JSON lines, one per region, best first: {@code
 * {"rank":1,"image":…,"row":…,"col":…,"y":…,"x":…,"height":…,"width":…,"score":…}}, with {@code
 * "imageHeight"} and {@code "imageWidth"} if the size at which the image was scored is known.
 */
public final class SelectionFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SelectionFile() {}

  /**
   * Writes a selection atomically.
   *
   * @throws FlipsideException if the file cannot be written
   */
  public static void write(Path file, List<SelectedRegion> selection) {
    StringBuilder lines = new StringBuilder();
    for (SelectedRegion selected : selection) {
      lines.append(format(selected)).append('\n');
    }
    AtomicFile.write(file, lines.toString());
  }

  /**
   * Appends a selection to the regions of earlier ones, atomically: after a crash, the file has all
   * of them or only the earlier ones. A file that does not exist is created.
   *
   * @throws FlipsideException if the file cannot be read or written
   */
  public static void append(Path file, List<SelectedRegion> selection) {
    StringBuilder lines = new StringBuilder();
    if (Files.exists(file)) {
      for (SelectedRegion earlier : read(file)) {
        lines.append(format(earlier)).append('\n');
      }
    }
    for (SelectedRegion selected : selection) {
      lines.append(format(selected)).append('\n');
    }
    AtomicFile.write(file, lines.toString());
  }

  /** Returns the line of a region, without line terminator. */
  public static String format(SelectedRegion selected) {
    StringBuilder line = new StringBuilder();
    line.append("{\"rank\":").append(selected.rank()).append(",\"image\":");
    JsonText.append(line, selected.id().image());
    Region region = selected.region();
    line.append(",\"row\":")
        .append(selected.id().row())
        .append(",\"col\":")
        .append(selected.id().col())
        .append(",\"y\":")
        .append(region.y())
        .append(",\"x\":")
        .append(region.x())
        .append(",\"height\":")
        .append(region.height())
        .append(",\"width\":")
        .append(region.width())
        .append(",\"score\":")
        .append(selected.score());
    ImageSize scored = selected.scoredSize();
    if (scored != null) {
      line.append(",\"imageHeight\":").append(scored.height());
      line.append(",\"imageWidth\":").append(scored.width());
    }
    return line.append('}').toString();
  }

  /**
   * Reads a selection.
   *
   * @throws FlipsideException if the file does not exist or a line is not a selected region
   */
  public static List<SelectedRegion> read(Path file) {
    List<String> lines;
    try {
      lines = TextFile.read(file).lines().toList();
    } catch (NoSuchFileException e) {
      throw new FlipsideException(file + ": no such selection file", e);
    } catch (IOException e) {
      throw new FlipsideException(file + ": the selection cannot be read: " + e, e);
    }
    List<SelectedRegion> selection = new ArrayList<>();
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      if (!line.isBlank()) {
        selection.add(parse(line, file + " line " + number));
      }
    }
    return selection;
  }

  private static SelectedRegion parse(String line, String where) {
    try {
      JsonNode json = JSON.readTree(line);
      return new SelectedRegion(
          integer(json, "rank", where),
          new RegionId(
              json.path("image").asText(),
              integer(json, "row", where),
              integer(json, "col", where)),
          new Region(
              integer(json, "y", where),
              integer(json, "x", where),
              integer(json, "height", where),
              integer(json, "width", where)),
          json.path("score").floatValue(),
          json.has("imageHeight")
              ? new ImageSize(
                  integer(json, "imageHeight", where), integer(json, "imageWidth", where))
              : null);
    } catch (JsonProcessingException e) {
      throw new FlipsideException(
          where + ": not a line of JSON, expected {\"rank\":…,\"image\":…,\"row\":…,\"col\":…}", e);
    } catch (IllegalArgumentException e) {
      throw new FlipsideException(where + ": " + e.getMessage(), e);
    }
  }

  private static int integer(JsonNode json, String field, String where) {
    JsonNode value = json.path(field);
    if (!value.isInt()) {
      throw new FlipsideException(
          where
              + ": \""
              + field
              + "\" is "
              + (value.isMissingNode() ? "missing" : value)
              + ", expected an integer");
    }
    return value.intValue();
  }
}
