package dev.flipside.api.campaign.store.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * What an annotator did in a campaign, and what became of it.
 *
 * @param annotator name of the annotator
 * @param labelled labels given or imported
 * @param corrected corrections made, of own labels or of those of others
 * @param skipped regions skipped
 * @param sentBack labels that were sent back to the annotator
 * @param reopened labels of the annotator that were taken back
 * @param time time from each of these actions to the next, without pauses
 * @param first time of the first action
 * @param last time of the last action
 */
public record AnnotatorFigures(
    String annotator,
    long labelled,
    long corrected,
    long skipped,
    long sentBack,
    long reopened,
    Duration time,
    Instant first,
    Instant last) {
  /** A longer time between two actions counts as a pause. */
  public static final Duration PAUSE = Duration.ofMinutes(5);
}
