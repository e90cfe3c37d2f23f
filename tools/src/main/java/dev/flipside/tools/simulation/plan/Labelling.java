package dev.flipside.tools.simulation.plan;

import dev.flipside.models.domain.GridSpec;

/**
 * What the annotator is shown and does.
 *
 * @param grid regions of an image
 * @param initial share of all regions that is labelled at random before the first selection; with 0
 *     the first selection is an untrained network's
 * @param skipsVoid whether regions of which most pixels are void are never selected. The reference
 *     does this; it looks at labels that nobody has paid for, so it is no choice on a real pool.
 */
public record Labelling(GridSpec grid, double initial, boolean skipsVoid) {
  /**
   * @throws IllegalArgumentException if the share is out of its range
   */
  public Labelling {
    if (!(initial >= 0 && initial <= 1)) {
      throw new IllegalArgumentException(
          "initial share " + initial + ": expected 0 to 1, a share of all regions");
    }
  }
}
