package dev.flipside.scorer.scores;

import dev.flipside.models.domain.RegionGrid;
import java.util.Arrays;

/**
 * The scores of the regions of one image; a higher one means more uncertain.
 *
 * @param image id of the image
 * @param grid its regions
 * @param scores {@code [rows * cols]}, row-major, nats for entropies; finite. Not copied.
 */
@SuppressWarnings("ArrayRecordComponent") // millions of them pass through; nobody writes to them
public record RegionScores(String image, RegionGrid grid, float[] scores) implements ImageResult {
  /**
   * @throws IllegalArgumentException if the number of scores is not the number of regions, or a
   *     score is not finite
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
                + ", expected a finite one");
      }
    }
  }

  /**
   * The sums of these scores and those of another measure.
   *
   * @throws IllegalArgumentException if the other has another image or grid
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

  /** These scores, those that are higher than a limit lowered to it. */
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
