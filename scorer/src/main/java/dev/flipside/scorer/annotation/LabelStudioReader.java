package dev.flipside.scorer.annotation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON export of Label Studio. The last annotation of each task that was not cancelled is
 * used; its brush masks, polygons and rectangles are painted in the order of the file. Tasks
 * without annotation are skipped, and predictions are ignored.
 */
public final class LabelStudioReader {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private static final double PERCENT = 100;

  record Origin(@Nullable String image, @Nullable List<Region> regions) {}

  record Data(@Nullable Origin flipside) {}

  record Task(@Nullable Data data, @Nullable List<TaskAnnotation> annotations) {}

  record TaskAnnotation(
      @JsonProperty("was_cancelled") boolean cancelled, @Nullable List<Result> result) {}

  record Result(
      @Nullable String type,
      @JsonProperty("original_width") int width,
      @JsonProperty("original_height") int height,
      @JsonProperty("image_rotation") double imageRotation,
      @Nullable Value value) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Value(
      int @Nullable [] rle,
      double @Nullable [][] points,
      double x,
      double y,
      double width,
      double height,
      double rotation,
      @Nullable List<String> brushlabels,
      @Nullable List<String> polygonlabels,
      @Nullable List<String> rectanglelabels) {}

  private final Map<String, Integer> ids;
  private final long mostPixels;

  private LabelStudioReader(Map<String, Integer> ids, long mostPixels) {
    this.ids = ids;
    this.mostPixels = mostPixels;
  }

  /**
   * Reads an export to its end.
   *
   * @param ids class IDs by class name
   * @param mostPixels maximum number of pixels per image; larger images are refused
   * @throws FlipsideException if the export is malformed
   */
  public static void read(
      InputStream in, Map<String, Integer> ids, long mostPixels, Annotation.Sink sink)
      throws IOException {
    LabelStudioReader answers = new LabelStudioReader(ids, mostPixels);
    int task = 0;
    try (MappingIterator<Task> tasks = JSON.readerFor(Task.class).readValues(in)) {
      while (tasks.hasNextValue()) {
        answers.read(++task, tasks.nextValue(), sink);
      }
    } catch (JsonProcessingException e) {
      throw new FlipsideException(
          "answers, task "
              + (task + 1)
              + ": not the JSON that Label Studio exports (line "
              + (e.getLocation() == null ? 0 : e.getLocation().getLineNr())
              + "); export the project as JSON",
          e);
    }
  }

  private void read(int number, @Nullable Task task, Annotation.Sink sink) {
    Data data = task == null ? null : task.data();
    Origin origin = data == null ? null : data.flipside();
    if (task == null || origin == null || origin.image() == null) {
      throw refused(
          number, "has no data.flipside.image; keep the data of the tasks that were exported");
    }
    List<TaskAnnotation> annotations = task.annotations() == null ? List.of() : task.annotations();
    TaskAnnotation last = null;
    for (TaskAnnotation each : annotations) {
      last = each.cancelled() ? last : each;
    }
    List<Result> results = last == null ? null : last.result();
    if (results == null || results.isEmpty()) {
      return;
    }
    ImageSize size = size(number, results.get(0));
    List<Shape> shapes = new ArrayList<>();
    @Nullable String fault = null;
    for (Result each : results) {
      if (!size(number, each).equals(size) || each.imageRotation() != 0) {
        fault = "the image is turned or of several sizes; label it as it is";
        break;
      }
      String label = label(each.value());
      if (label.equals(AnnotatedImage.REGION)) {
        continue;
      }
      Integer id = ids.get(label);
      if (id == null) {
        fault =
            "label \"" + label + "\" is no class of the campaign, expected one of " + ids.keySet();
        break;
      }
      shapes.add(shape(number, each, id, size));
    }
    List<Region> regions = origin.regions() == null ? List.of() : origin.regions();
    sink.accept(new Annotation(String.valueOf(origin.image()), size, regions, shapes, fault));
  }

  private ImageSize size(int task, Result result) {
    if (result.width() < 1
        || result.height() < 1
        || (long) result.width() * result.height() > mostPixels) {
      throw refused(
          task,
          "original_height "
              + result.height()
              + ", original_width "
              + result.width()
              + ", expected an image of 1 to "
              + mostPixels
              + " pixels");
    }
    return new ImageSize(result.height(), result.width());
  }

  private static String label(@Nullable Value value) {
    if (value == null) {
      return "";
    }
    List<@Nullable List<String>> named = new ArrayList<>();
    named.add(value.brushlabels());
    named.add(value.polygonlabels());
    named.add(value.rectanglelabels());
    return named.stream()
        .filter(each -> each != null && !each.isEmpty())
        .map(each -> String.valueOf(each == null ? null : each.get(0)))
        .findFirst()
        .orElse("");
  }

  private static Shape shape(int task, Result result, int id, ImageSize size) {
    Value value = result.value();
    String type = String.valueOf(result.type());
    if (value != null && type.equals("brushlabels") && value.rle() != null) {
      int pixels = Math.toIntExact(size.pixels());
      return new Shape.Mask(
          id, 0, 0, size.width(), BrushRle.decode(bytes(task, value.rle()), pixels));
    }
    if (value != null && type.equals("polygonlabels") && value.points() != null) {
      return new Shape.Polygon(id, corners(task, value.points(), size));
    }
    if (value != null && type.equals("rectanglelabels")) {
      return turned(id, value, size);
    }
    throw refused(task, "a result of type " + type + ", expected brush, polygon or rectangle");
  }

  /** Converts a rectangle, which Label Studio rotates about its upper left corner. */
  private static Shape turned(int id, Value value, ImageSize size) {
    double x = value.x() / PERCENT * size.width();
    double y = value.y() / PERCENT * size.height();
    double width = value.width() / PERCENT * size.width();
    double height = value.height() / PERCENT * size.height();
    double cos = Math.cos(Math.toRadians(value.rotation()));
    double sin = Math.sin(Math.toRadians(value.rotation()));
    return new Shape.Polygon(
        id,
        new double[] {
          x,
          y,
          x + width * cos,
          y + width * sin,
          x + width * cos - height * sin,
          y + width * sin + height * cos,
          x - height * sin,
          y + height * cos
        });
  }

  private static double[] corners(int task, double[][] points, ImageSize size) {
    double[] xy = new double[2 * points.length];
    for (int corner = 0; corner < points.length; corner++) {
      if (points[corner].length != 2) {
        throw refused(task, "a corner of " + points[corner].length + " numbers, expected x and y");
      }
      xy[2 * corner] = points[corner][0] / PERCENT * size.width();
      xy[2 * corner + 1] = points[corner][1] / PERCENT * size.height();
    }
    return xy;
  }

  private static byte[] bytes(int task, int[] rle) {
    byte[] bytes = new byte[rle.length];
    for (int at = 0; at < rle.length; at++) {
      if (rle[at] < 0 || rle[at] > 255) {
        throw refused(task, "rle holds " + rle[at] + ", expected bytes of 0 to 255");
      }
      bytes[at] = (byte) rle[at];
    }
    return bytes;
  }

  private static FlipsideException refused(int task, String what) {
    return new FlipsideException("answers, task " + task + ": " + what);
  }
}
