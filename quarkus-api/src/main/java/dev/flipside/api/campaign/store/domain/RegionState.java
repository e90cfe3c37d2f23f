package dev.flipside.api.campaign.store.domain;

/**
 * State of a region: unlabelled → leased → labelled or skipped, or back to unlabelled. An operator
 * can reopen a labelled or skipped region.
 */
public enum RegionState {
  /** Free; not leased. */
  UNLABELLED,
  /** Leased to an annotator until the lease ends. */
  LEASED,
  /** Labeled. */
  LABELLED,
  /** Skipped by an annotator. Does not count against the budget. */
  SKIPPED
}
