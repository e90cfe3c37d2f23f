package dev.flipside.scorer.cascade;

import dev.flipside.scorer.scores.ImageResult;
import java.util.List;

/**
 * Says which images of a pool to score next, and how well, where something is known of all of them
 * already. Images are asked for until {@link #next} names none; each result is handed in with
 * {@link #scored}.
 */
public interface RescoringOrder {
  /**
   * What to score next.
   *
   * @param fidelity how well, not {@code ESTIMATED}
   * @param images ids, none once no image left matters
   */
  record Request(Fidelity fidelity, List<String> images) {
    /** Copies the list. */
    public Request {
      images = List.copyOf(images);
    }
  }

  /**
   * Images to score next; none once no image left matters. The results of all images asked for
   * before should have been handed in.
   *
   * @param most how many at most, at least 1
   */
  Request next(int most);

  /**
   * The result of an image that was asked for.
   *
   * @param fidelity how well it was scored, as asked for
   */
  void scored(Fidelity fidelity, ImageResult result);

  /** How many images were scored exactly so far. */
  int exactCount();
}
