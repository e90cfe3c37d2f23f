package dev.flipside.api.campaign.store.domain;

import dev.flipside.models.domain.RegionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a region.
 *
 * @param sequence number among the events of the campaign, from 1
 * @param region id of the region
 * @param kind what happened
 * @param actor who did it
 * @param annotator whose label it was before, null if there was none
 * @param comment what was said about it, null if nothing
 * @param time time of the event
 */
public record LabelEvent(
    long sequence,
    RegionId region,
    Kind kind,
    String actor,
    @Nullable String annotator,
    @Nullable String comment,
    Instant time) {
  /** Kind of an event. */
  public enum Kind {
    /** The region was labeled by who had leased it. */
    LABELLED,
    /** The region was labeled elsewhere, and the label imported. */
    IMPORTED,
    /** The label was replaced by another. */
    CORRECTED,
    /** The region was skipped. */
    SKIPPED,
    /** The label was taken back, and the region leased to its annotator. */
    SENT_BACK,
    /** The label, or that the region was skipped, was taken back; the region became free. */
    REOPENED;

    /** Returns whether the event gave the region a label. */
    public boolean givesLabel() {
      return this == LABELLED || this == IMPORTED || this == CORRECTED;
    }
  }
}
