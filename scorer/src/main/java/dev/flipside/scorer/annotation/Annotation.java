package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Annotation of an image by an annotation tool.
 *
 * @param image ID of the image
 * @param size size of the image according to the tool
 * @param regions rectangles in which the annotator worked; empty if unknown
 * @param shapes painted shapes, bottom first
 * @param fault reason for which the shapes cannot be used, or null
 */
public record Annotation(
    String image,
    ImageSize size,
    List<Region> regions,
    List<Shape> shapes,
    @Nullable String fault) {
  /** Copies the lists. */
  public Annotation {
    regions = List.copyOf(regions);
    shapes = List.copyOf(shapes);
  }

  /** Receives the annotations of a file, one by one. */
  @FunctionalInterface
  public interface Sink {
    void accept(Annotation answer);
  }
}
