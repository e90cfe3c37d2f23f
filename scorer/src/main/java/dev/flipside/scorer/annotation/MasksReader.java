package dev.flipside.scorer.annotation;

import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.archive.ArchiveTooLargeException;
import dev.flipside.scorer.annotation.export.MaskNames;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.model.AnnotationBuilder;
import dev.flipside.scorer.annotation.model.ImageReference;
import dev.flipside.scorer.annotation.model.ReadOptions;
import dev.flipside.scorer.annotation.shape.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a ZIP archive or folder of label maps, PNG, TIFF or BMP files of class IDs, as the export
 * writes it. {@code classes.json} and the folder {@code labels/} may be missing.
 */
final class MasksReader {
  /** Of the formats that hold class IDs without loss. */
  private static final List<String> EXTENSIONS =
      List.of(MaskNames.EXTENSION, ".tif", ".tiff", ".btf", ".bmp", ".dib");

  private static final String EXPECTED = "labels/NAME.png as in the export";

  private MasksReader() {}

  /**
   * Reads an archive.
   *
   * @throws FlipsideException if the file is no archive of label maps, or has another class map
   */
  static void read(AnnotationFile file, ReadOptions options, Annotation.Sink sink)
      throws IOException {
    Documents.requireArchive(file, EXPECTED);
    boolean folder = file.entries().stream().anyMatch(MasksReader::isInFolder);
    Set<String> stems = new HashSet<>();
    for (AnnotationFile.Entry each : file.entries()) {
      if (isLabel(each)) {
        stems.add(MaskNames.stem(each.name()));
      }
    }
    boolean any = false;
    for (AnnotationFile.Entry each : file.entries()) {
      boolean jpeg = each.hasExtension(".jpg") || each.hasExtension(".jpeg");
      if (Documents.fileName(each).equals(MaskNames.CLASSES)) {
        requireSame(file, each, options.labels().classes());
        any = true;
      } else if (folder && !isInFolder(each)) {
        sink.leftOut(new AnnotationFile.LeftOut(each.name(), "outside of the folder labels"));
      } else if (isLabel(each) || (jpeg && !stems.contains(MaskNames.stem(each.name())))) {
        sink.accept(annotation(file, each, options, sink));
        any = true;
      } else {
        sink.leftOut(new AnnotationFile.LeftOut(each.name(), "no PNG, TIFF or BMP file"));
      }
    }
    if (!any && file.leftOut().isEmpty()) {
      throw new FlipsideException("the ZIP file has no label map; expected " + EXPECTED);
    }
  }

  private static boolean isLabel(AnnotationFile.Entry entry) {
    return EXTENSIONS.stream().anyMatch(entry::hasExtension);
  }

  private static boolean isInFolder(AnnotationFile.Entry entry) {
    String folder = Documents.folder(entry);
    return folder.startsWith(MaskNames.FOLDER) || folder.contains("/" + MaskNames.FOLDER);
  }

  private static Annotation annotation(
      AnnotationFile file, AnnotationFile.Entry entry, ReadOptions options, Annotation.Sink sink)
      throws IOException {
    String name = entry.name();
    if (name.startsWith(MaskNames.FOLDER) || name.startsWith("labels\\")) {
      name = name.substring(MaskNames.FOLDER.length());
    }
    ImageReference reference = ImageReference.stem(MaskNames.stem(name));
    AnnotationBuilder image = new AnnotationBuilder(entry.name(), reference);
    try (PngEntry png = PngEntry.openLabel(file, entry, options)) {
      if (sink.wants(reference)) {
        LabelMap labels = png.ids(options);
        image.size(labels.size());
        image.add(new Shape.Labels(labels, options.labels().classes().ignoreIndex()));
      }
    } catch (ArchiveTooLargeException e) {
      throw e;
    } catch (FlipsideException e) {
      image.fault(String.valueOf(e.getMessage()));
    }
    return image.build();
  }

  private static void requireSame(AnnotationFile file, AnnotationFile.Entry entry, ClassMap classes)
      throws IOException {
    file.read(
        entry,
        in -> {
          String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
          if (!ClassMaps.fromJson(json, MaskNames.CLASSES).equals(classes)) {
            throw new FlipsideException(
                MaskNames.CLASSES
                    + ": is not the class map of the campaign; its ids would mean something else");
          }
        });
  }
}
