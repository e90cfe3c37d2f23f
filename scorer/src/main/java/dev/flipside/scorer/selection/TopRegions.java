package dev.flipside.scorer.selection;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.scores.RegionScores;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Collects the K best regions of a stream of scores: score descending, then image ID, row and
 * column ascending; each region at most once. One pass, memory for K regions. Not thread-safe.
 */
public final class TopRegions {
  private final int k;
  private final SelectionRules rules;
  private final PriorityQueue<RankedRegion> worstFirst =
      new PriorityQueue<>(RankedRegion.BEST_FIRST.reversed());
  private final Set<RankedRegion> kept = new HashSet<>();
  private long free;

  /**
   * Creates a collector without rules.
   *
   * @param k number of regions to keep, at least 1
   * @throws IllegalArgumentException if {@code k} is not positive
   */
  public TopRegions(int k) {
    this(k, SelectionRules.NONE);
  }

  /**
   * Creates a collector that keeps only regions allowed by the rules.
   *
   * @param k number of regions to keep, at least 1
   * @throws IllegalArgumentException if {@code k} is not positive
   */
  public TopRegions(int k, SelectionRules rules) {
    if (k < 1) {
      throw new IllegalArgumentException("selection of " + k + " regions, expected at least 1");
    }
    this.k = k;
    this.rules = rules;
  }

  /**
   * Offers the regions of an image, except those that the rules exclude.
   *
   * @throws FlipsideException if the rules exclude a region that the grid of the image does not
   *     have
   */
  public void offer(RegionScores scores) {
    offer(scores, rules.taken(scores.image(), scores.grid()));
  }

  /**
   * Offers the free regions of an image.
   *
   * @param taken positions in the grid, row-major, of the regions that are not free
   */
  public void offer(RegionScores scores, BitSet taken) {
    if (rules.spreads()) {
      offerSpread(scores, taken);
      return;
    }
    float[] values = scores.scores();
    for (int index = 0; index < values.length; index++) {
      if (!taken.get(index)) {
        free++;
        offer(scores, index);
      }
    }
  }

  /** Selects the regions that an image may contribute. This depends on that image only. */
  private void offerSpread(RegionScores scores, BitSet taken) {
    List<RankedRegion> order = new ArrayList<>();
    for (int index = 0; index < scores.scores().length; index++) {
      if (!taken.get(index)) {
        order.add(RankedRegion.of(scores, index));
      }
    }
    order.sort(RankedRegion.BEST_FIRST);
    BitSet near = (BitSet) taken.clone();
    int chosen = 0;
    for (RankedRegion candidate : order) {
      if (chosen < rules.perImageMax()
          && near.stream()
              .allMatch(other -> rules.apart(scores.grid(), candidate.index(), other))) {
        near.set(candidate.index());
        chosen++;
        free++;
        offer(scores, candidate.index());
      }
    }
  }

  private void offer(RegionScores scores, int index) {
    RankedRegion worst = worstFirst.peek();
    if (worst != null && worstFirst.size() == k && scores.scores()[index] < worst.score()) {
      return;
    }
    keep(RankedRegion.of(scores, index));
  }

  private void keep(RankedRegion candidate) {
    RankedRegion worst = worstFirst.peek();
    if (worst != null && worstFirst.size() == k) {
      if (RankedRegion.BEST_FIRST.compare(candidate, worst) >= 0 || !kept.add(candidate)) {
        return;
      }
      kept.remove(worstFirst.remove());
      worstFirst.add(candidate);
    } else if (kept.add(candidate)) {
      worstFirst.add(candidate);
    }
  }

  /**
   * Adds what another collector has found with the same rules among other images. The result is
   * that of a single collector to which all these images were offered.
   */
  public void merge(RankedRegions found) {
    free += found.free();
    found.regions().forEach(this::keep);
  }

  /** Returns the best regions so far in a form that can be sent to another process. */
  public RankedRegions found() {
    List<RankedRegion> order = new ArrayList<>(worstFirst);
    order.sort(RankedRegion.BEST_FIRST);
    return new RankedRegions(order, free);
  }

  /** Returns the number of free regions offered so far. */
  public long free() {
    return free;
  }

  /** Returns the best regions so far, at most K, best first. */
  public List<SelectedRegion> ranked() {
    return found().selected();
  }

  /**
   * Returns exactly K regions, best first.
   *
   * @throws FlipsideException if fewer than K regions are free
   */
  public List<SelectedRegion> requireAll() {
    if (worstFirst.size() < k) {
      throw new FlipsideException(
          "-k "
              + k
              + (worstFirst.isEmpty()
                  ? ": no region is free, each one is excluded, in the history or labelled (or its"
                      + " image failed); score further images"
                  : ": only " + worstFirst.size() + " regions are free; ask for at most that many")
              + (rules.spreads() ? ", or relax the limits per image" : ""));
    }
    return ranked();
  }
}
