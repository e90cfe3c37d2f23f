package dev.flipside.api.campaign.store.domain;

/** Where a region stands: unlabelled → leased → labelled or skipped, or back. */
public enum RegionState {
  /** Free: nobody has it. */
  UNLABELLED,
  /** With an annotator, until the lease ends. */
  LEASED,
  /** Its label is in the ledger; for good. */
  LABELLED,
  /** Refused by an annotator, never handed out again; takes nothing from the budget. */
  SKIPPED
}
