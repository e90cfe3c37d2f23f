package dev.flipside.models.scoring;

import dev.flipside.models.vocab.RegionGrid;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a scoring graph is made for.
 *
 * @param grid regions of an image of a known size
 * @param batch images a run, at least 1
 * @param head how a pixel is scored
 * @param pictures optional outputs
 */
public record ScoringRequest(RegionGrid grid, int batch, ScoringHead head, Set<Picture> pictures) {
  /**
   * @throws IllegalArgumentException if the batch is not 1 to 4096
   */
  public ScoringRequest {
    if (batch < 1 || batch > 4096) {
      throw new IllegalArgumentException("batch of " + batch + " images, expected 1 to 4096");
    }
    EnumSet<Picture> copy = EnumSet.noneOf(Picture.class);
    copy.addAll(pictures);
    pictures = Collections.unmodifiableSet(copy);
  }
}
