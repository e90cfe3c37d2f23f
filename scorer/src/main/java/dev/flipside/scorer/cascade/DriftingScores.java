package dev.flipside.scorer.cascade;

import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectionRules;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The scores of a pool's regions, carried along while the network is trained on. {@link #step}
 * begins a step, which rescores only images that may have come to the top; what it learns stays
 * here for the next. All images have one grid. Memory for one score a region. Not safe for use by
 * several threads.
 */
public final class DriftingScores {
  /** Steps whose errors are believed, the one under way included. */
  private static final int MEMORY = 6;

  private final SortedMap<String, RegionScores> carried = new TreeMap<>();
  private final Deque<List<Pair>> memory = new ArrayDeque<>();

  /** Nothing is known yet: the first step asks for every image. */
  public DriftingScores() {}

  /**
   * What an earlier process knew.
   *
   * @param scores {@link #scores} of then
   * @param memory {@link #memory} of then
   */
  public DriftingScores(Collection<RegionScores> scores, List<List<Pair>> memory) {
    scores.forEach(this::put);
    memory.forEach(this::remember);
  }

  /**
   * What was expected of an image that was drawn at random, and what became of it.
   *
   * @param carried the best of its scores as they were carried along
   * @param exact its best score when it was rescored
   */
  public record Pair(double carried, double exact) {}

  /**
   * Begins a step.
   *
   * @param images ids of the pool
   * @param k how many regions are looked for, at least 1
   * @param rules which regions may be among them
   * @param risk largest chance, above 0 and below 1, that not all regions found are among the 2K
   *     best, as far as errors are like those that were seen
   * @param sampleSize images to draw at random, at least 8
   * @param seed of the draw; another in each step, since images drawn again and again would tell
   *     nothing of those that never are
   * @throws IllegalArgumentException if a number is out of range
   */
  public DriftAwarePolicy step(
      Collection<String> images,
      int k,
      SelectionRules rules,
      double risk,
      int sampleSize,
      long seed) {
    return new DriftAwarePolicy(this, images, new TopKQuery(k, rules, risk), sampleSize, seed);
  }

  /** The scores as carried along so far, by image. */
  public List<RegionScores> scores() {
    return List.copyOf(carried.values());
  }

  /** Images drawn in the last steps, the oldest step first. */
  public List<List<Pair>> memory() {
    return List.copyOf(memory);
  }

  @Nullable RegionScores of(String image) {
    return carried.get(image);
  }

  void put(RegionScores scores) {
    carried.put(scores.image(), scores);
  }

  void remember(List<Pair> drawn) {
    memory.addLast(List.copyOf(drawn));
    if (memory.size() > MEMORY) {
      memory.removeFirst();
    }
  }

  /** Adds what each position of the grid drifted by to all scores. */
  void drift(float[] byPosition) {
    carried.replaceAll(
        (image, scores) -> {
          float[] moved = scores.scores().clone();
          for (int i = 0; i < moved.length; i++) {
            moved[i] += byPosition[i];
          }
          return new RegionScores(image, scores.grid(), moved);
        });
  }
}
