package dev.flipside.api.campaign.store.pool;

import java.util.Set;

/**
 * Which images to list, and in which order.
 *
 * @param sort order of the images
 * @param states images with a region in one of these states; {@link ImageState#FREE} stands for
 *     images whose regions are all free; all images if empty
 * @param minScore lowest best score
 * @param maxScore highest best score
 */
public record ImageQuery(Sort sort, Set<ImageState> states, float minScore, float maxScore) {
  /** Order of images. Equal ones are in the order of their names. */
  public enum Sort {
    /** Best score first; images without scores last. */
    SCORE,
    /** By name, compared by UTF-8 bytes. */
    NAME,
    /** Leased, labeled, skipped, free; best score first in each. */
    STATE
  }

  public ImageQuery {
    states = Set.copyOf(states);
  }

  /** Returns whether images without scores are listed. */
  boolean anyScore() {
    return minScore == Float.NEGATIVE_INFINITY && maxScore == Float.POSITIVE_INFINITY;
  }
}
