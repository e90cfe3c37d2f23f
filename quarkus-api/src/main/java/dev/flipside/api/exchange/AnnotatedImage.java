package dev.flipside.api.exchange;

import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import java.util.List;

/**
 * An image with class ids in some of its regions.
 *
 * @param name id of the image
 * @param regions the regions, row-major
 * @param labels class ids of the whole image, the ignore index outside of the regions
 */
record AnnotatedImage(String name, List<Region> regions, LabelMap labels) {
  /** Label of the rectangles that show annotators where to work; no class of any class map. */
  static final String REGION = "flipside-region";

  AnnotatedImage {
    regions = List.copyOf(regions);
  }
}
