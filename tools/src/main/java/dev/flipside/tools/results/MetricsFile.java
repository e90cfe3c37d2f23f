package dev.flipside.tools.results;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.metrics.SegmentationMetrics;
import java.nio.file.Path;
import java.util.Map;

/** Metrics as one JSON object; a value that no pixel speaks for is null. */
public final class MetricsFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private MetricsFile() {}

  /**
   * Writes {@code {…about, "miou", "pixelAccuracy", "meanClassAccuracy", "iou": {class: …},
   * "classes": […], "confusion": [[…]]}}; rows of the confusion matrix are ground truth, columns
   * predictions.
   *
   * @param about what was measured, first in the object
   */
  public static void write(
      Path file, Map<String, String> about, SegmentationMetrics metrics, ClassMap classes) {
    ObjectNode json = JSON.createObjectNode();
    about.forEach(json::put);
    put(json, "miou", metrics.miou());
    put(json, "pixelAccuracy", metrics.pixelAccuracy());
    put(json, "meanClassAccuracy", metrics.meanClassAccuracy());
    ObjectNode iou = json.putObject("iou");
    ArrayNode names = json.putArray("classes");
    for (int id = 0; id < classes.count(); id++) {
      String name = classes.classes().get(id).name();
      names.add(name);
      put(iou, name, metrics.iou().get(id));
    }
    ArrayNode confusion = json.putArray("confusion");
    for (long[] row : metrics.confusion().toArray()) {
      ArrayNode cells = confusion.addArray();
      for (long count : row) {
        cells.add(count);
      }
    }
    AtomicFile.write(file, json.toPrettyString() + "\n");
  }

  private static void put(ObjectNode json, String name, double value) {
    if (Double.isNaN(value)) {
      json.putNull(name);
    } else {
      json.put(name, value);
    }
  }
}
