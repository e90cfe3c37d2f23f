package dev.flipside.scorer.annotation.model;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.shape.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Annotation of an image by an annotation tool.
 *
 * @param image ID of the image; the name in the file if the image is unknown
 * @param reference how the file names the image
 * @param size size of the image according to the tool, or null if the file does not tell
 * @param regions rectangles in which the annotator worked; empty if unknown
 * @param shapes shapes that cover an area, bottom first
 * @param unpainted numbers of annotations that cover no area, by kind, for example {@code polyline}
 * @param fault reason for which the annotation cannot be used, or null
 */
public record Annotation(
    String image,
    ImageReference reference,
    @Nullable ImageSize size,
    List<Region> regions,
    List<Shape> shapes,
    Map<String, Integer> unpainted,
    @Nullable Fault fault) {
  /** Copies the lists. */
  public Annotation {
    regions = List.copyOf(regions);
    shapes = List.copyOf(shapes);
    unpainted = Map.copyOf(unpainted);
  }

  /**
   * Why an annotation cannot be used.
   *
   * @param unknownImage whether no image has the name
   * @param message what was found, what was expected, and the remedy
   */
  public record Fault(boolean unknownImage, String message) {}

  /** Returns this annotation for an image of the pool. */
  Annotation of(String id) {
    return new Annotation(id, reference, size, regions, shapes, unpainted, fault);
  }

  /** Returns this annotation with a fault in place of its shapes. */
  Annotation refused(Fault reason) {
    return new Annotation(image, reference, size, regions, List.of(), unpainted, reason);
  }

  /** Receives the contents of a file, one by one. */
  public interface Sink {
    /**
     * Returns whether the shapes of an image are used. If not, its annotation may come without
     * those that are costly to read.
     */
    default boolean wants(ImageReference image) {
      return true;
    }

    /** Receives the annotation of an image. */
    void accept(Annotation annotation) throws IOException;

    /** Receives an entry of an archive that is not read. */
    void leftOut(AnnotationFile.LeftOut entry);

    /**
     * Receives the number of annotations of a kind that belong to no image.
     *
     * @param kind what they are, for example {@code task without annotation}
     */
    void leftOut(String kind, long count);
  }
}
