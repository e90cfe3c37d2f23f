package dev.flipside.tools.simulation.plan;

/** Which images of the pool go through the network before a selection. */
public sealed interface Rescoring {
  /** All of them. */
  record Exact() implements Rescoring {
    @Override
    public String toString() {
      return "exact: the whole pool in each step";
    }
  }

  /**
   * Those that may have come to the top since they were scored.
   *
   * @param risk largest chance that not all regions selected are among the 2K best, as far as
   *     errors are like those seen before
   * @param auditEvery steps after which the others are scored as well, to see where the selection
   *     stands in the exact order; 0 for never
   */
  record Lazy(double risk, int auditEvery) implements Rescoring {
    /**
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Lazy {
      if (!(risk > 0 && risk < 1) || auditEvery < 0) {
        throw new IllegalArgumentException(
            "lazy rescoring at a risk of "
                + risk
                + ", audited every "
                + auditEvery
                + " steps: expected a risk above 0 and below 1, and 0 (never) or more");
      }
    }

    @Override
    public String toString() {
      return "lazy: risk " + risk + (auditEvery == 0 ? "" : ", audited every " + auditEvery);
    }
  }
}
