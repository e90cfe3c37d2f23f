package dev.flipside.api.campaign.store.pool;

/** What is happening to the regions of an image: the first of these that holds for one of them. */
public enum ImageState {
  /** Somebody holds a region. */
  LEASED(0),
  /** A region is labeled. */
  LABELLED(1),
  /** A region was skipped. */
  SKIPPED(2),
  /** All regions are free. */
  FREE(3);

  private final int rank;

  ImageState(int rank) {
    this.rank = rank;
  }

  /** Returns the place in the order of the states, from 0. */
  int rank() {
    return rank;
  }
}
