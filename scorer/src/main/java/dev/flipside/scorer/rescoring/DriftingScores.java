package dev.flipside.scorer.rescoring;

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
 * The scores of the regions of a pool, carried along while the model is trained further. {@link
 * #step} begins a step, which rescores only images that may hold one of the best regions by now.
 * What it learns is kept for the next step. All images have the same grid. Memory for one score per
 * region. Not thread-safe.
 */
public final class DriftingScores {
  /** Number of steps whose errors are used, including the current one. */
  private static final int MEMORY = 6;

  private final SortedMap<String, RegionScores> carried = new TreeMap<>();
  private final Deque<List<Pair>> memory = new ArrayDeque<>();

  /** Creates an empty state: the first step requests every image. */
  public DriftingScores() {}

  /**
   * Restores the state of an earlier process.
   *
   * @param scores its {@link #scores}
   * @param memory its {@link #memory}
   */
  public DriftingScores(Collection<RegionScores> scores, List<List<Pair>> memory) {
    scores.forEach(this::put);
    memory.forEach(this::remember);
  }

  /**
   * Carried and exact score of an image of the random sample.
   *
   * @param carried best carried score
   * @param exact best score after rescoring
   */
  public record Pair(double carried, double exact) {}

  /**
   * Begins a step.
   *
   * @param images IDs of the images of the pool
   * @param k number of regions to find, at least 1
   * @param rules rules the regions must satisfy
   * @param risk maximum probability, above 0 and below 1, that not all regions found are among the
   *     2K best, provided that errors are like those observed
   * @param sampleSize number of images to draw at random, at least 8
   * @param seed seed of the sample; use another one in each step, so that the samples differ
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

  /** Returns the carried scores by image. */
  public List<RegionScores> scores() {
    return List.copyOf(carried.values());
  }

  /** Returns the samples of the last steps, oldest step first. */
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

  /** Adds the drift of each position of the grid to all scores. */
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
