package dev.flipside.scorer.annotation;

import com.fasterxml.jackson.core.JsonToken;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.archive.ArchiveTooLargeException;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.model.AnnotationBuilder;
import dev.flipside.scorer.annotation.model.ImageReference;
import dev.flipside.scorer.annotation.model.ReadOptions;
import dev.flipside.scorer.annotation.shape.Shape;
import dev.flipside.scorer.image.DecodedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads COCO panoptic: JSON with the segments of each image, and PNG files whose pixels are segment
 * IDs, R + 256 G + 65536 B. Pixels of segment 0 are unlabelled.
 */
final class CocoPanopticReader {
  private static final String EXPECTED = "JSON file with segments_info, and its PNG files";

  private final AnnotationFile file;
  private final ReadOptions options;
  private final Set<String> used = new HashSet<>();
  private final Map<String, List<AnnotationFile.Entry>> byFileName = new HashMap<>();

  private CocoPanopticReader(AnnotationFile file, ReadOptions options) {
    this.file = file;
    this.options = options;
    for (AnnotationFile.Entry each : file.entries()) {
      byFileName.computeIfAbsent(Documents.fileName(each), name -> new ArrayList<>(1)).add(each);
    }
  }

  /**
   * Reads an archive.
   *
   * @throws FlipsideException if the file is no archive, or its JSON is malformed
   */
  static void read(AnnotationFile file, ReadOptions options, Annotation.Sink sink)
      throws IOException {
    Documents.requireArchive(file, "a " + EXPECTED);
    CocoPanopticReader reader = new CocoPanopticReader(file, options);
    boolean any = false;
    for (AnnotationFile.Entry each : file.entries()) {
      if (each.hasExtension(".json")) {
        boolean read = reader.document(each, sink);
        any |= read;
        if (read) {
          reader.used.add(each.name());
        }
      }
    }
    if (!any) {
      throw new FlipsideException("the ZIP file has no " + EXPECTED);
    }
    for (AnnotationFile.Entry each : file.entries()) {
      if (!reader.used.contains(each.name())) {
        sink.leftOut(new AnnotationFile.LeftOut(each.name(), "no annotation names it"));
      }
    }
  }

  private boolean document(AnnotationFile.Entry entry, Annotation.Sink sink) throws IOException {
    Map<String, JsonTree> images = new HashMap<>();
    Map<String, String> categories = new HashMap<>();
    List<JsonTree> annotations = new ArrayList<>();
    JsonTree.Budget budget = new JsonTree.Budget(options.limits());
    file.read(
        entry,
        in ->
            JsonTree.parse(
                in,
                "COCO panoptic",
                parser -> {
                  if (parser.nextToken() == JsonToken.START_OBJECT
                      && JsonTree.value(parser, budget) instanceof JsonTree root) {
                    for (JsonTree each : objects(root, "images")) {
                      images.put(each.id("id"), each);
                    }
                    for (JsonTree each : objects(root, "categories")) {
                      categories.put(each.id("id"), String.valueOf(each.text("name")));
                    }
                    annotations.addAll(objects(root, "annotations"));
                  }
                }));
    if (annotations.stream().noneMatch(each -> each.has("segments_info"))) {
      return false;
    }
    for (JsonTree each : annotations) {
      sink.accept(annotation(each, images, categories, sink));
    }
    return true;
  }

  private static List<JsonTree> objects(JsonTree root, String list) {
    List<JsonTree> objects = new ArrayList<>();
    for (Object each : root.list(list)) {
      if (!(each instanceof JsonTree object)) {
        throw new FlipsideException(list + ": expected a list of objects");
      }
      objects.add(object);
    }
    return objects;
  }

  private Annotation annotation(
      JsonTree of,
      Map<String, JsonTree> images,
      Map<String, String> categories,
      Annotation.Sink sink)
      throws IOException {
    JsonTree listed = images.get(id(of));
    String name = listed != null && listed.get("file_name") instanceof String text ? text : null;
    AnnotationBuilder image = AnnotationBuilder.of(name == null ? "image with id " + id(of) : name);
    try {
      if (name == null) {
        throw new FlipsideException("the image is not listed with a file_name");
      }
      Map<Integer, Integer> ids = new HashMap<>();
      for (JsonTree segment : objects(of, "segments_info")) {
        String category = categories.get(segment.id("category_id"));
        if (category == null) {
          throw new FlipsideException("category " + segment.id("category_id") + " is not listed");
        }
        ids.put(segment.integer("id"), options.labels().id(category));
      }
      try (PngEntry png = PngEntry.open(file, png(String.valueOf(of.text("file_name"))), options)) {
        if (sink.wants(ImageReference.image(name))) {
          DecodedImage decoded = png.colors();
          image.size(decoded.size());
          image.add(
              new Shape.Labels(labels(decoded, ids), options.labels().classes().ignoreIndex()));
        }
      }
    } catch (ArchiveTooLargeException e) {
      throw e;
    } catch (FlipsideException e) {
      image.fault(String.valueOf(e.getMessage()));
    }
    return image.build();
  }

  private static String id(JsonTree annotation) {
    Object id = annotation.get("image_id");
    return id == null || id instanceof String || id instanceof Double
        ? annotation.id("image_id")
        : "";
  }

  /** Returns the entry with a name, in whatever folder. */
  private AnnotationFile.Entry png(String name) {
    AnnotationFile.@Nullable Entry found = null;
    String path = name.replace('\\', '/');
    String file = path.substring(path.lastIndexOf('/') + 1);
    for (AnnotationFile.Entry each : byFileName.getOrDefault(file, List.of())) {
      String entry = each.name().replace('\\', '/');
      if (entry.equals(path) || entry.endsWith("/" + path)) {
        if (found != null) {
          throw new FlipsideException(
              "its PNG file may be " + found + " or " + each + "; keep one");
        }
        found = each;
      }
    }
    if (found == null) {
      throw new FlipsideException("its PNG file \"" + name + "\" is not in the ZIP file");
    }
    used.add(found.name());
    return found;
  }

  private LabelMap labels(DecodedImage image, Map<Integer, Integer> ids) {
    LabelMap labels = LabelMap.unlabelled(image.size(), options.labels().classes());
    int width = image.size().width();
    int last = 0;
    int id = options.labels().classes().ignoreIndex();
    for (int y = 0; y < image.size().height(); y++) {
      for (int x = 0; x < width; x++) {
        int color = image.color(y, x);
        if (color != last) {
          last = color;
          id = id(color, ids);
        }
        labels.ids()[y * width + x] = (byte) id;
      }
    }
    return labels;
  }

  private int id(int color, Map<Integer, Integer> ids) {
    int segment = color >> 16 | (color & 0xFF00) | (color & 0xFF) << 16;
    if (segment == 0) {
      return options.labels().classes().ignoreIndex();
    }
    Integer id = ids.get(segment);
    if (id == null) {
      throw new FlipsideException(
          "segment " + segment + " of the PNG file is not in segments_info");
    }
    return id;
  }
}
