package dev.flipside.scorer.annotation.export;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import java.io.IOException;
import java.util.List;

/**
 * An image with class IDs in some of its regions.
 *
 * @param name ID of the image
 * @param regions the regions, row-major
 * @param labels class IDs of the whole image, with the ignore index outside the regions
 */
public record AnnotatedImage(String name, List<Region> regions, LabelMap labels) {
  /** Label of the rectangles that show annotators where to work. Not a class of any class map. */
  public static final String REGION = "flipside-region";

  /** Copies the list. */
  public AnnotatedImage {
    regions = List.copyOf(regions);
  }

  /** Returns the classes predicted inside regions; all else, and unknown IDs, are unlabelled. */
  public static LabelMap within(List<Region> regions, LabelMap predicted, ClassMap classes) {
    ImageSize size = predicted.size();
    LabelMap within = LabelMap.unlabelled(size, classes);
    for (Region region : regions) {
      for (int row = region.y(); row < region.y() + region.height(); row++) {
        for (int col = region.x(); col < region.x() + region.width(); col++) {
          int id = predicted.id(row, col);
          if (id < classes.count()) {
            within.ids()[row * size.width() + col] = (byte) id;
          }
        }
      }
    }
    return within;
  }

  /** Receives images one by one. */
  @FunctionalInterface
  public interface Sink {
    /** Receives an image. */
    void accept(AnnotatedImage image) throws IOException;
  }

  /** A stream of annotated images, which are never all held in memory. */
  @FunctionalInterface
  public interface Source {
    /** Passes every image to a sink, in pool order. */
    void stream(Sink sink) throws IOException;
  }
}
