package dev.flipside.scorer.cascade;

import dev.flipside.scorer.scores.RegionScores;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** What {@link CascadePolicy} knows of an image. */
final class Candidate {
  private final String id;
  private final BitSet taken;
  private @Nullable RegionScores estimated;
  private @Nullable RegionScores refined;
  private boolean exact;

  /**
   * @param estimated the first estimate, or null for none
   * @param taken regions, row-major, that may not be selected, not all
   */
  Candidate(String id, @Nullable RegionScores estimated, BitSet taken) {
    this.id = id;
    this.estimated = estimated;
    this.taken = taken;
  }

  String id() {
    return id;
  }

  /** Whether the image was scored exactly, or that was tried. */
  boolean isExact() {
    return exact;
  }

  /** The first estimate, or null if there is none. */
  @Nullable RegionScores estimated() {
    return estimated;
  }

  /** The refined estimate, or null if there is none. */
  @Nullable RegionScores refined() {
    return refined;
  }

  boolean isRefined() {
    return refined != null;
  }

  /** The better of the two estimates, or null if there is none. */
  @Nullable RegionScores estimate() {
    return refined != null ? refined : estimated;
  }

  /** A better estimate; null if it cannot be had, and what there was is not believed either. */
  void refine(@Nullable RegionScores better) {
    refined = better;
    if (better == null) {
      estimated = null;
    }
  }

  /** No estimate is of use any more. */
  void settle() {
    exact = true;
    estimated = null;
    refined = null;
  }

  boolean isFree(int region) {
    return !taken.get(region);
  }

  /** Position of the best region that may be selected; the first of several. */
  int argMax(RegionScores scores) {
    int best = taken.nextClearBit(0);
    for (int region = best; region < scores.scores().length; region++) {
      if (isFree(region) && scores.scores()[region] > scores.scores()[best]) {
        best = region;
      }
    }
    return best;
  }

  /** The best score of the regions that may be selected. */
  float max(RegionScores scores) {
    return scores.scores()[argMax(scores)];
  }
}
