package dev.flipside.scorer.scores;

/** What came of scoring one image: its scores, or why there are none. */
public sealed interface ImageResult permits RegionScores, ImageFailure {
  /** Id of the image. */
  String image();
}
