package dev.flipside.scorer.scores;

import java.io.IOException;

/** Takes results in pool order, each once, from one thread at a time. */
@FunctionalInterface
public interface ScoreSink {
  /**
   * Takes the result of the next image.
   *
   * @throws IOException if it cannot be kept; scoring then ends with that failure
   */
  void accept(ImageResult result) throws IOException;
}
