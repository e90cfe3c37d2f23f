package dev.flipside.scorer.annotation.labels;

import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of the annotations in a file.
 *
 * @param labelled regions, or whole images, whose label is on disk now
 * @param missing regions that were asked for and have no label yet, from any import
 * @param refused annotations that changed nothing
 * @param leftOut numbers of what was not used, by kind
 * @param entries entries of the archive that were not read
 * @param warnings what may have been taken for something else, with the remedy
 */
public record LabelImport(
    List<Labelled> labelled,
    List<RegionId> missing,
    List<Refused> refused,
    Map<String, Long> leftOut,
    List<AnnotationFile.LeftOut> entries,
    List<String> warnings) {
  /** Copies the lists. */
  public LabelImport {
    labelled = List.copyOf(labelled);
    missing = List.copyOf(missing);
    refused = List.copyOf(refused);
    entries = List.copyOf(entries);
    warnings = List.copyOf(warnings);
  }

  /**
   * A label.
   *
   * @param image ID of the image
   * @param region the region that was asked for, or null if the whole image was taken
   */
  public record Labelled(String image, @Nullable RegionId region) {}

  /**
   * An annotation that changed nothing.
   *
   * @param image ID of the image, or the name in the file
   * @param reason what was found, what was expected, and the remedy
   */
  public record Refused(String image, String reason) {}
}
