package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an annotation program says about one image.
 *
 * @param image id of the image
 * @param size its size as the program knows it
 * @param regions rectangles that the annotator was to work in; none if the program does not say
 * @param shapes what was painted, the lowest first
 * @param fault why the shapes cannot be used, or null
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

  /** Takes the answers of a file, one after the other. */
  @FunctionalInterface
  public interface Sink {
    void accept(Annotation answer);
  }
}
