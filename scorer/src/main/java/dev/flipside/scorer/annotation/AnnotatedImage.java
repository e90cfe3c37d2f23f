package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import java.io.IOException;
import java.util.List;

/**
 * An image with class ids in some of its regions.
 *
 * @param name id of the image
 * @param regions the regions, row-major
 * @param labels class ids of the whole image, the ignore index outside of the regions
 */
public record AnnotatedImage(String name, List<Region> regions, LabelMap labels) {
  /** Label of the rectangles that show annotators where to work; no class of any class map. */
  static final String REGION = "flipside-region";

  /** Copies the list. */
  public AnnotatedImage {
    regions = List.copyOf(regions);
  }

  /** Receives images one by one. */
  @FunctionalInterface
  public interface Sink {
    /** Takes one image. */
    void accept(AnnotatedImage image) throws IOException;
  }

  /** Annotated images that are streamed, never all held in memory. */
  @FunctionalInterface
  public interface Source {
    /** Hands over every image, in the order of the pool. */
    void stream(Sink sink) throws IOException;
  }
}
