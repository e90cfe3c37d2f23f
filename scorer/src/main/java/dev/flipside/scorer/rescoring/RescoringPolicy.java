package dev.flipside.scorer.rescoring;

import dev.flipside.scorer.scores.ImageResult;
import java.util.List;

/**
 * Decides which images of a pool to score next and at which fidelity. Call {@link #next} until it
 * returns no images, and pass each result to {@link #scored}.
 */
public interface RescoringPolicy {
  /**
   * Images to score next.
   *
   * @param fidelity requested fidelity, not {@code ESTIMATED}
   * @param images IDs of the images; none if no remaining image matters
   */
  record Request(Fidelity fidelity, List<String> images) {
    /** Copies the list. */
    public Request {
      images = List.copyOf(images);
    }
  }

  /**
   * Returns the images to score next, none if no remaining image matters. Pass the results of all
   * images requested before to {@link #scored} first.
   *
   * @param most maximum number of images, at least 1
   */
  Request next(int most);

  /**
   * Adds the result of a requested image.
   *
   * @param fidelity requested fidelity
   */
  void scored(Fidelity fidelity, ImageResult result);

  /** Returns the number of images scored exactly so far. */
  int exactCount();
}
