package dev.flipside.scorer.annotation.export;

import dev.flipside.models.domain.FlipsideException;
import java.util.Arrays;
import java.util.List;

/** Formats in which regions to label are handed to annotators. */
public enum TaskFormat {
  /** CVAT for images 1.1: XML, or a ZIP archive with the images. */
  CVAT("cvat"),
  /** Label Studio: a JSON list of tasks. */
  LABEL_STUDIO("label-studio"),
  /** COCO: JSON, or a ZIP archive with the images. */
  COCO("coco"),
  /** A ZIP archive of images, masks of the regions and label maps to paint. */
  MASKS("masks");

  private final String id;

  TaskFormat(String id) {
    this.id = id;
  }

  /** Returns the name of the format in options. */
  public String id() {
    return id;
  }

  /** Returns the names of all formats. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(TaskFormat::id).toList();
  }

  /**
   * Returns the format with a name.
   *
   * @throws FlipsideException if there is none
   */
  public static TaskFormat of(String id) {
    return Arrays.stream(values())
        .filter(each -> each.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new FlipsideException(
                    "format \"" + id + "\": expected one of " + String.join(", ", ids())));
  }
}
