package dev.flipside.models.scoring;

/** Measure of the class distributions of a pixel. A higher value always means less certain. */
public enum UncertaintyMeasure {
  /** Shannon entropy in nats, summed over the views (EquAL, Eq. 1-4): 0 to views · ln C. */
  ENTROPY(false),
  /** 1 minus the difference of the two highest class probabilities, summed over the views. */
  MARGIN(false),
  /** 1 minus the highest class probability, summed over the views. */
  LEAST_CONFIDENCE(false),
  /** Entropy in nats of the votes of all views and passes, each for its most likely class. */
  VOTE_ENTROPY(true),
  /**
   * BALD: entropy of the mean distribution minus the mean entropy, over all views and passes, in
   * nats.
   */
  MUTUAL_INFORMATION(true),
  /** Jensen-Shannon divergence of the views in nats, a measure of their disagreement. */
  JENSEN_SHANNON(true);

  private final boolean committee;

  UncertaintyMeasure(boolean committee) {
    this.committee = committee;
  }

  /**
   * Returns whether the measure compares several distributions of a pixel, and thus needs at least
   * two.
   */
  public boolean comparesMembers() {
    return committee;
  }
}
