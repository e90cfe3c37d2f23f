package dev.flipside.scorer.rescoring;

/** Accuracy of the scores of an image, cheapest first. */
public enum Fidelity {
  /** The first estimate, known for every image unless it failed. */
  ESTIMATED,
  /** A refined estimate, for images whose first estimate does not decide whether they matter. */
  REFINED,
  /** The exact score. */
  EXACT
}
