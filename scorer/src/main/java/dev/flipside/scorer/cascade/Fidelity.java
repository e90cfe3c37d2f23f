package dev.flipside.scorer.cascade;

/** How well an image is scored, the cheapest way first. */
public enum Fidelity {
  /** The first estimate, which is there for every image unless it failed. */
  ESTIMATED,
  /** A better estimate, for images whose first one leaves open whether they matter. */
  REFINED,
  /** The score itself. */
  EXACT
}
