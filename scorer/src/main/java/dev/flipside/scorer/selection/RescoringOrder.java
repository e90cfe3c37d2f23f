package dev.flipside.scorer.selection;

import java.util.List;

/**
 * Says which images of a pool to score exactly, where something is known of all of them already.
 * Images are asked for until {@link #next} names none; each result is handed in with {@link
 * #exact}.
 */
public interface RescoringOrder {
  /**
   * Images to score exactly next; none once no image left matters. The results of all images asked
   * for before should have been handed in.
   *
   * @param most how many at most, at least 1
   */
  List<String> next(int most);

  /** The exact result of an image that was asked for. */
  void exact(ImageResult result);

  /** How many images were scored exactly so far. */
  int exactCount();
}
