package dev.flipside.api.campaign.store.domain;

/** State of a region: unlabelled → leased → labelled or skipped, or back to unlabelled. */
public enum RegionState {
  /** Free; not leased. */
  UNLABELLED,
  /** Leased to an annotator until the lease ends. */
  LEASED,
  /** Labeled; final. */
  LABELLED,
  /** Skipped by an annotator; final. Does not count against the budget. */
  SKIPPED
}
