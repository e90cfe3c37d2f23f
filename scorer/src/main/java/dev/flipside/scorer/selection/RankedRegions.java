package dev.flipside.scorer.selection;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The best regions of some images, best first: what a {@link TopRegions} has found, to be sent to
 * another process and merged there. Immutable.
 */
public final class RankedRegions implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ArrayList<RankedRegion> regions;
  private final long free;

  /**
   * Creates it.
   *
   * @param regions best first
   * @param free number of free regions among which they were found
   */
  RankedRegions(List<RankedRegion> regions, long free) {
    this.regions = new ArrayList<>(regions);
    this.free = free;
  }

  /**
   * Returns the best regions of both. Exact if each collector had at least K places and the same
   * rules, and no image was offered to both with different scores.
   *
   * @param k number of regions to keep, at least 1
   */
  public RankedRegions merge(RankedRegions other, int k) {
    TopRegions top = new TopRegions(k);
    top.merge(this);
    top.merge(other);
    return top.found();
  }

  List<RankedRegion> regions() {
    return regions;
  }

  /** Returns the number of free regions among which these were found. */
  public long free() {
    return free;
  }

  /** Returns the regions with their ranks, best first. */
  public List<SelectedRegion> selected() {
    List<SelectedRegion> selected = new ArrayList<>(regions.size());
    for (RankedRegion region : regions) {
      selected.add(region.selected(selected.size() + 1));
    }
    return selected;
  }
}
