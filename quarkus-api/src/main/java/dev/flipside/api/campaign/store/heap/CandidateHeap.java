package dev.flipside.api.campaign.store.heap;

import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A bounded heap of the best selectable regions of one scoring. Leases take regions from it instead
 * of reading the scores of the whole pool.
 *
 * <p>The heap holds exactly the regions that are selectable at its {@link #version} and rank above
 * a floor. When it is empty and not {@link #complete}, it must be rebuilt.
 *
 * <p>Uses 27 to 53 bytes per region, for at most twice its capacity, independent of the pool size.
 * Not thread-safe.
 */
public final class CandidateHeap {
  private final int capacity;
  private final int poolEpoch;
  private long version;

  /** A binary heap in two arrays, with the lowest (rank, place) at index 0. */
  private long[] ranks = new long[64];

  private long[] places = new long[64];
  private int size;

  /**
   * The selectable regions. The heap arrays may also contain regions taken since, and duplicates of
   * regions that were returned.
   */
  private final LongOpenHashSet free = new LongOpenHashSet();

  /** Regions with a rank above this value were left out. */
  private long floor = Long.MAX_VALUE;

  /**
   * Creates an empty heap.
   *
   * @param capacity minimum number of regions kept, if available
   * @param poolEpoch pool epoch of the image positions
   * @param version version of the campaign whose regions are added next
   */
  public CandidateHeap(int capacity, int poolEpoch, long version) {
    this.capacity = capacity;
    this.poolEpoch = poolEpoch;
    this.version = version;
  }

  /**
   * A candidate for the best free region.
   *
   * @param image number of the image
   * @param region row-major index of the region
   * @param score score when it was added
   */
  public record Candidate(int image, int region, float score) {}

  /**
   * Encodes a region as one non-negative number: image number in the upper 32 bits, region index in
   * the lower 32 bits.
   */
  public static long place(int image, int region) {
    return (long) image << 32 | region;
  }

  public int poolEpoch() {
    return poolEpoch;
  }

  public long version() {
    return version;
  }

  /** Records that all changes up to a version were applied. */
  public void caughtUp(long upTo) {
    version = upTo;
  }

  /**
   * Returns whether no region was left out. If so and the heap is empty, no region is selectable.
   */
  public boolean complete() {
    return floor == Long.MAX_VALUE;
  }

  /** Adds a selectable region, unless it ranks below the kept regions. */
  public void add(float score, int position, int image, int region) {
    long rank = rank(score, position);
    if (rank > floor) {
      return;
    }
    if (size >= 2 * capacity) {
      keepBest();
      if (rank > floor) {
        return;
      }
    }
    if (!free.add(place(image, region))) {
      return;
    }
    if (size == ranks.length) {
      ranks = Arrays.copyOf(ranks, 2 * size);
      places = Arrays.copyOf(places, 2 * size);
    }
    ranks[size] = rank;
    places[size] = place(image, region);
    size++;
    siftUp(size - 1);
  }

  /** Removes a region that is no longer selectable, if present. */
  public void take(int image, int region) {
    free.remove(place(image, region));
  }

  /** Removes and returns up to {@code count} regions, best first. */
  public List<Candidate> poll(int count) {
    List<Candidate> best = new ArrayList<>();
    while (best.size() < count && size > 0) {
      if (free.remove(places[0])) {
        best.add(new Candidate((int) (places[0] >> 32), (int) places[0], score(ranks[0])));
      }
      size--;
      ranks[0] = ranks[size];
      places[0] = places[size];
      siftDown(0);
    }
    return best;
  }

  /**
   * Computes a sort key: descending score, then ascending position; lower is better. Float bits
   * sort like ints after inverting the magnitude bits of negative values.
   */
  private static long rank(float score, int position) {
    int bits = Float.floatToIntBits(score + 0f); // -0 and 0 are equal scores
    int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
    return (long) ~ascending << 32 | position;
  }

  private static float score(long rank) {
    int ascending = ~(int) (rank >> 32);
    return Float.intBitsToFloat(ascending ^ (ascending >> 31 & Integer.MAX_VALUE));
  }

  /**
   * Keeps the best {@code capacity} regions, and any others of equal rank (same image and score).
   */
  private void keepBest() {
    keepFree();
    if (size > capacity) {
      long[] sorted = Arrays.copyOf(ranks, size);
      Arrays.sort(sorted);
      floor = sorted[capacity - 1];
      int kept = 0;
      for (int i = 0; i < size; i++) {
        if (ranks[i] <= floor) {
          ranks[kept] = ranks[i];
          places[kept] = places[i];
          kept++;
        } else {
          free.remove(places[i]);
        }
      }
      size = kept;
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  /** Removes taken regions and duplicates. The arrays are not a heap afterwards. */
  private void keepFree() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (free.remove(places[i])) {
        ranks[kept] = ranks[i];
        places[kept] = places[i];
        kept++;
      }
    }
    size = kept;
    for (int i = 0; i < size; i++) {
      free.add(places[i]);
    }
  }

  private boolean before(int a, int b) {
    return ranks[a] < ranks[b] || (ranks[a] == ranks[b] && places[a] < places[b]);
  }

  private void siftUp(int from) {
    for (int i = from; i > 0 && before(i, (i - 1) / 2); i = (i - 1) / 2) {
      swap(i, (i - 1) / 2);
    }
  }

  private void siftDown(int from) {
    int i = from;
    while (2 * i + 1 < size) {
      int child = 2 * i + 1;
      if (child + 1 < size && before(child + 1, child)) {
        child++;
      }
      if (!before(child, i)) {
        return;
      }
      swap(i, child);
      i = child;
    }
  }

  private void swap(int a, int b) {
    long rank = ranks[a];
    ranks[a] = ranks[b];
    ranks[b] = rank;
    long place = places[a];
    places[a] = places[b];
    places[b] = place;
  }
}
