package dev.flipside.scorer.selection;

/** How well an image is scored, the cheapest way first. */
public enum Fidelity {
  /** An estimate that every image has. */
  ESTIMATED,
  /** A better estimate, for images whose first one leaves open whether they matter. */
  REFINED,
  /** The score itself. */
  EXACT
}
