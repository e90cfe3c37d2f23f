package dev.flipside.scorer.scores;

/** Result of scoring an image: {@link RegionScores} or {@link ImageFailure}. */
public sealed interface ImageResult permits RegionScores, ImageFailure {
  /** Returns the ID of the image. */
  String image();
}
