package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.model.Annotation;
import dev.flipside.scorer.annotation.model.ReadOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Formats of annotation tools that can be read. */
public enum AnnotationFormat {
  /** CVAT 1.1 for images or for video: XML, or a ZIP archive with {@code annotations.xml}. */
  CVAT("cvat"),
  /** Label Studio: JSON or JSON-MIN. */
  LABEL_STUDIO("label-studio"),
  /** COCO instances: JSON, or a ZIP archive with such files. */
  COCO("coco"),
  /** COCO panoptic: a ZIP archive with JSON and PNG files. */
  COCO_PANOPTIC("coco-panoptic"),
  /** LabelMe: JSON, or a ZIP archive with a file per image. */
  LABELME("labelme"),
  /** A ZIP archive with PNG files of class IDs. */
  MASKS("masks"),
  /** Pascal VOC: a ZIP archive with colored PNG files and {@code labelmap.txt}. */
  VOC("voc");

  private final String id;

  AnnotationFormat(String id) {
    this.id = id;
  }

  /** Returns the name of the format in options and requests. */
  public String id() {
    return id;
  }

  /** Returns the names of all formats. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(AnnotationFormat::id).toList();
  }

  /**
   * Returns the format with a name.
   *
   * @throws FlipsideException if there is none
   */
  public static AnnotationFormat of(String id) {
    return Arrays.stream(values())
        .filter(each -> each.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new FlipsideException(
                    "format \"" + id + "\": expected one of " + String.join(", ", ids())));
  }

  void read(AnnotationFile file, ReadOptions options, Annotation.Sink sink) throws IOException {
    switch (this) {
      case CVAT -> CvatReader.read(file, options, sink);
      case LABEL_STUDIO -> LabelStudioReader.read(file, options, sink);
      case COCO -> CocoReader.read(file, options, sink);
      case COCO_PANOPTIC -> CocoPanopticReader.read(file, options, sink);
      case LABELME -> LabelMeReader.read(file, options, sink);
      case MASKS -> MasksReader.read(file, options, sink);
      case VOC -> VocReader.read(file, options, sink);
    }
  }
}
