package dev.flipside.models.scoring;

/** What is computed from the class distributions of a pixel; higher always means less certain. */
public enum UncertaintyMeasure {
  /** Shannon entropy in nats, summed over the views (Eq. 1-4): 0 to views · ln C. */
  ENTROPY(false),
  /** One minus the distance of the two most likely classes, summed over the views. */
  MARGIN(false),
  /** One minus the probability of the most likely class, summed over the views. */
  LEAST_CONFIDENCE(false),
  /** Entropy in nats of the votes of all views and passes, one vote each for its best class. */
  VOTE_ENTROPY(true),
  /** BALD: entropy of the mean distribution less the mean entropy, over all views and passes. */
  MUTUAL_INFORMATION(true),
  /** Jensen-Shannon divergence of the views in nats: how much they disagree. */
  JENSEN_SHANNON(true);

  private final boolean committee;

  UncertaintyMeasure(boolean committee) {
    this.committee = committee;
  }

  /** Whether it compares several distributions of a pixel, so that it needs at least two. */
  public boolean comparesMembers() {
    return committee;
  }
}
