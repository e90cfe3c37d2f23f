package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.archive.ArchiveLimits;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.model.LabelClasses;
import dev.flipside.scorer.annotation.model.ReadOptions;
import dev.flipside.scorer.annotation.shape.Painter;
import dev.flipside.scorer.image.LabelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an import of a file gives, painted. */
final class ImportedFile implements Annotation.Sink {
  /** The classes of the fixtures. */
  static final ClassMap CLASSES =
      ClassMap.of(
          255,
          new SegmentationClass("road", 0x804080),
          new SegmentationClass("car", 0x00008E),
          new SegmentationClass("tree", 0x6B8E23));

  private static final Path RESOURCES = Path.of("src", "test", "resources", "annotation");

  final Map<String, LabelMap> painted = new TreeMap<>();
  final Map<String, String> faults = new TreeMap<>();
  final Map<String, Long> unpainted = new TreeMap<>();
  final List<String> entriesLeftOut = new ArrayList<>();
  private final ImageSize size;
  private final ClassMap classes;

  private ImportedFile(ImageSize size, ClassMap classes) {
    this.size = size;
    this.classes = classes;
  }

  static Path resource(String name) {
    return RESOURCES.resolve(name);
  }

  static ImportedFile read(String resource, AnnotationFormat format, String... images)
      throws IOException {
    return read(
        resource(resource), format, CLASSES, new ImageSize(40, 60), Map.of(), List.of(images));
  }

  static ImportedFile read(
      Path file,
      AnnotationFormat format,
      ClassMap classes,
      ImageSize size,
      Map<String, String> mapping,
      List<String> images)
      throws IOException {
    return read(file, format, options(classes, mapping, 1 << 22), size, images);
  }

  static ImportedFile read(
      Path file, AnnotationFormat format, ReadOptions options, ImageSize size, List<String> images)
      throws IOException {
    ImportedFile imported = new ImportedFile(size, options.labels().classes());
    AnnotationImport.read(file, format, options, images::forEach, imported);
    return imported;
  }

  static ReadOptions options(ClassMap classes, Map<String, String> mapping, long entryBytes)
      throws IOException {
    return options(classes, mapping, ArchiveLimits.ofEntryBytes(entryBytes));
  }

  static ReadOptions options(ClassMap classes, Map<String, String> mapping, ArchiveLimits limits)
      throws IOException {
    Path scratch = Path.of("target", "annotation-scratch");
    Files.createDirectories(scratch);
    return new ReadOptions(new LabelClasses(classes, mapping), 1 << 20, limits, scratch);
  }

  /** The painted label map of an image, which was not refused. */
  LabelMap labels(String image) {
    LabelMap labels = painted.get(image);
    if (labels == null) {
      throw new AssertionError(image + " is not among " + painted.keySet() + ", " + faults);
    }
    return labels;
  }

  /** The label map of a resource. */
  static LabelMap expected(String resource, ClassMap classes) {
    return LabelReader.read(resource(resource), classes, null);
  }

  @Override
  public void accept(Annotation annotation) {
    annotation.unpainted().forEach((kind, count) -> leftOut(kind, count));
    Annotation.Fault fault = annotation.fault();
    if (fault != null) {
      faults.put(annotation.image(), fault.message());
      return;
    }
    LabelMap labels =
        LabelMap.unlabelled(annotation.size() == null ? size : annotation.size(), classes);
    Painter.paint(annotation.shapes(), labels);
    painted.put(annotation.image(), labels);
  }

  @Override
  public void leftOut(AnnotationFile.LeftOut entry) {
    entriesLeftOut.add(entry.name());
  }

  @Override
  public void leftOut(String kind, long count) {
    unpainted.merge(kind, count, Long::sum);
  }
}
