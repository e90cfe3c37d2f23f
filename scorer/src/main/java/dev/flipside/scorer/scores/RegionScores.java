package dev.flipside.scorer.scores;

import dev.flipside.models.domain.RegionGrid;
import java.util.Arrays;

/**
 * The scores of the regions of an image. A higher score means more uncertain.
 *
 * @param image ID of the image
 * @param grid grid of regions
 * @param scores {@code [rows * cols]}, row-major, finite; for entropies in nats. Not copied.
 */
@SuppressWarnings("ArrayRecordComponent") // not copied because there are millions; never modified
public record RegionScores(String image, RegionGrid grid, float[] scores) implements ImageResult {
  /**
   * @throws IllegalArgumentException if the number of scores differs from the number of regions, or
   *     a score is not finite
   */
  public RegionScores {
    if (scores.length != grid.count()) {
      throw new IllegalArgumentException(
          image + ": " + scores.length + " scores, expected " + grid.count());
    }
    for (int index = 0; index < scores.length; index++) {
      if (!Float.isFinite(scores[index])) {
        throw new IllegalArgumentException(
            image
                + ": region ["
                + index / grid.cols()
                + ","
                + index % grid.cols()
                + "] has the score "
                + scores[index]
                + ", expected a finite score");
      }
    }
  }

  /**
   * Returns the sums of these scores and those of another measure.
   *
   * @throws IllegalArgumentException if {@code other} has another image or grid
   */
  public RegionScores plus(RegionScores other) {
    if (!image.equals(other.image) || !grid.equals(other.grid)) {
      throw new IllegalArgumentException(
          "scores of " + other + " added to " + this + ", expected the same image and grid");
    }
    float[] sums = scores.clone();
    for (int index = 0; index < sums.length; index++) {
      sums[index] += other.scores[index];
    }
    return new RegionScores(image, grid, sums);
  }

  /** Returns these scores, limited to a maximum. */
  public RegionScores atMost(float limit) {
    float[] limited = scores.clone();
    for (int index = 0; index < limited.length; index++) {
      limited[index] = Math.min(limit, limited[index]);
    }
    return new RegionScores(image, grid, limited);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RegionScores that
        && image.equals(that.image)
        && grid.equals(that.grid)
        && Arrays.equals(scores, that.scores);
  }

  @Override
  public int hashCode() {
    return 31 * image.hashCode() + Arrays.hashCode(scores);
  }

  @Override
  public String toString() {
    return "RegionScores[" + image + ", " + grid.rows() + "x" + grid.cols() + "]";
  }
}
