package dev.flipside.scorer.rescoring;

import dev.flipside.scorer.scores.RegionScores;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** What {@link CascadePolicy} knows about an image. */
final class Candidate {
  private final String id;
  private final BitSet taken;
  private @Nullable RegionScores estimated;
  private @Nullable RegionScores refined;
  private boolean exact;

  /**
   * @param estimated the first estimate, or null if there is none
   * @param taken regions, row-major, that must not be selected; never all of them
   */
  Candidate(String id, @Nullable RegionScores estimated, BitSet taken) {
    this.id = id;
    this.estimated = estimated;
    this.taken = taken;
  }

  String id() {
    return id;
  }

  /** Returns whether the image was scored exactly, or exact scoring failed. */
  boolean isExact() {
    return exact;
  }

  /** Returns the first estimate, or null if there is none. */
  @Nullable RegionScores estimated() {
    return estimated;
  }

  /** Returns the refined estimate, or null if there is none. */
  @Nullable RegionScores refined() {
    return refined;
  }

  boolean isRefined() {
    return refined != null;
  }

  /** Returns the more accurate of the two estimates, or null if there is none. */
  @Nullable RegionScores estimate() {
    return refined != null ? refined : estimated;
  }

  /** Sets the refined estimate. Null if it failed; the first estimate is then discarded, too. */
  void refine(@Nullable RegionScores better) {
    refined = better;
    if (better == null) {
      estimated = null;
    }
  }

  /** Discards the estimates. */
  void settle() {
    exact = true;
    estimated = null;
    refined = null;
  }

  boolean isFree(int region) {
    return !taken.get(region);
  }

  /** Returns the position of the best region that may be selected; the first of equal ones. */
  int argMax(RegionScores scores) {
    int best = taken.nextClearBit(0);
    for (int region = best; region < scores.scores().length; region++) {
      if (isFree(region) && scores.scores()[region] > scores.scores()[best]) {
        best = region;
      }
    }
    return best;
  }

  /** Returns the best score of the regions that may be selected. */
  float max(RegionScores scores) {
    return scores.scores()[argMax(scores)];
  }
}
