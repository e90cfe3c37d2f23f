package dev.flipside.scorer.scores;

import dev.flipside.models.domain.RegionGrid;

/** Result of scoring an image: {@link RegionScores} or {@link ImageFailure}. */
public sealed interface ImageResult permits RegionScores, ImageFailure {
  /** Returns the ID of the image. */
  String image();

  /**
   * Returns the scores of an image, or its failure if one of them is not finite.
   *
   * @param scores {@code [rows * cols]}, row-major; not copied
   */
  static ImageResult of(String image, RegionGrid grid, float[] scores) {
    for (int index = 0; index < scores.length; index++) {
      if (!Float.isFinite(scores[index])) {
        return new ImageFailure(
            image,
            String.format(
                "region [%d,%d] has the score %s: the model returned values that are not finite"
                    + " there, so the image has no rank",
                index / grid.cols(), index % grid.cols(), scores[index]));
      }
    }
    return new RegionScores(image, grid, scores);
  }
}
