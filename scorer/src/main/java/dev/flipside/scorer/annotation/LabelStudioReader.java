package dev.flipside.scorer.annotation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.model.AnnotationBuilder;
import dev.flipside.scorer.annotation.model.ImageReference;
import dev.flipside.scorer.annotation.model.ReadOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the exports JSON and JSON-MIN of Label Studio. A task in JSON with several annotations that
 * were not cancelled is ambiguous, and refused; cancelled ones are counted, predictions ignored.
 * Tasks are named by {@code data.flipside.image} if Flipside wrote them, and otherwise by the path
 * or URL of their image.
 */
final class LabelStudioReader {
  private static final String PROGRAM = "Label Studio";

  private final ReadOptions options;
  private final Annotation.Sink sink;
  private final Map<String, Long> leftOut = new TreeMap<>();
  private int task;

  private LabelStudioReader(ReadOptions options, Annotation.Sink sink) {
    this.options = options;
    this.sink = sink;
  }

  /**
   * Reads a document, or the JSON files of an archive.
   *
   * @throws FlipsideException if the JSON is malformed
   */
  static void read(AnnotationFile file, ReadOptions options, Annotation.Sink sink)
      throws IOException {
    LabelStudioReader reader = new LabelStudioReader(options, sink);
    for (AnnotationFile.Entry each :
        Documents.select(
            file,
            sink,
            entry -> entry.hasExtension(".json"),
            "JSON file; export the project as JSON")) {
      file.read(each, in -> JsonTree.parse(in, PROGRAM, reader::read));
    }
    reader.leftOut.forEach(sink::leftOut);
  }

  private void read(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    if (token != JsonToken.START_ARRAY && token != JsonToken.START_OBJECT) {
      throw new FlipsideException(
          "not the JSON of " + PROGRAM + ": expected a list of tasks; export the project as JSON");
    }
    if (token == JsonToken.START_OBJECT) {
      task(JsonTree.value(parser, new JsonTree.Budget(options.limits())));
      return;
    }
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY && token != null) {
      task(JsonTree.value(parser, new JsonTree.Budget(options.limits())));
    }
  }

  private void task(@Nullable Object value) throws IOException {
    task++;
    String name = "task " + task;
    if (!(value instanceof JsonTree tree)) {
      AnnotationBuilder none = AnnotationBuilder.of(name);
      none.fault("expected an object");
      sink.accept(none.build());
      return;
    }
    List<JsonTree> results;
    ImageReference reference;
    List<JsonTree> annotations;
    try {
      annotations = annotations(tree);
      results = results(tree, annotations);
      if (results == null) {
        leftOut.merge("task without annotation", 1L, Long::sum);
        return;
      }
      reference = LabelStudioImages.reference(tree.has("data") ? data(tree) : tree);
    } catch (FlipsideException e) {
      AnnotationBuilder none = AnnotationBuilder.of(name);
      none.fault(String.valueOf(e.getMessage()));
      sink.accept(none.build());
      return;
    }
    AnnotationBuilder image = new AnnotationBuilder(reference.name(), reference);
    image.attempt(() -> regions(tree.has("data") ? data(tree) : tree).forEach(image::region));
    LabelStudioResults shapes = new LabelStudioResults(image, options);
    if (annotations.size() > 1) {
      image.fault(
          "the task is annotated "
              + annotations.size()
              + " times; keep one annotation and cancel or delete the others");
    }
    image.attempt(() -> shapes.add(results));
    sink.accept(image.build());
  }

  private static JsonTree data(JsonTree task) {
    JsonTree data = task.object("data");
    return data == null ? new JsonTree(Map.of()) : data;
  }

  /** Returns the annotations of a task in JSON that were not cancelled, and counts the others. */
  private List<JsonTree> annotations(JsonTree task) {
    List<JsonTree> annotations = new ArrayList<>();
    if (isMinimal(task)) {
      return annotations;
    }
    // "completions" until version 1.0.
    for (Object each : task.list(task.has("annotations") ? "annotations" : "completions")) {
      if (each instanceof JsonTree annotation && annotation.isTrue("was_cancelled")) {
        leftOut.merge("cancelled annotation", 1L, Long::sum);
      } else if (each instanceof JsonTree annotation) {
        annotations.add(annotation);
      }
    }
    return annotations;
  }

  private static boolean isMinimal(JsonTree task) {
    return !task.has("data") && !task.has("annotations");
  }

  /** Returns the results of a task, or null if nobody annotated it. */
  private static @Nullable List<JsonTree> results(JsonTree task, List<JsonTree> annotations) {
    if (isMinimal(task)) {
      return LabelStudioResults.ofMinimal(task);
    }
    List<JsonTree> results = new ArrayList<>();
    for (Object each :
        annotations.stream().flatMap(each -> each.list("result").stream()).toList()) {
      if (!(each instanceof JsonTree result)) {
        throw new FlipsideException("result: expected a list of objects");
      }
      results.add(result);
    }
    return results.isEmpty() ? null : results;
  }

  private static List<Region> regions(JsonTree data) {
    JsonTree flipside = data.object("flipside");
    List<Region> regions = new ArrayList<>();
    if (flipside != null) {
      for (Object each : flipside.list("regions")) {
        if (!(each instanceof JsonTree region)) {
          throw new FlipsideException("data.flipside.regions: expected objects");
        }
        try {
          regions.add(
              new Region(
                  region.integer("y"),
                  region.integer("x"),
                  region.integer("height"),
                  region.integer("width")));
        } catch (IllegalArgumentException e) {
          throw new FlipsideException("data.flipside.regions: " + e.getMessage(), e);
        }
      }
    }
    return regions;
  }
}
