package dev.flipside.scorer.scores;

import java.io.IOException;

/** Receives results in pool order, each once, from one thread at a time. */
@FunctionalInterface
public interface ScoreSink {
  /**
   * Receives the result of the next image.
   *
   * @throws IOException if the result cannot be stored; scoring is then stopped
   */
  void accept(ImageResult result) throws IOException;
}
