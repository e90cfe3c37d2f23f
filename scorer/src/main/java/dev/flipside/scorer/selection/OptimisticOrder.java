package dev.flipside.scorer.selection;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Finds the K best regions of a pool without scoring every image exactly, where a cheap estimate of
 * every image's scores is at hand: those of a network of lower precision, or those of an earlier
 * round.
 *
 * <p>Images are asked for in this order: first some that are drawn at random, from which the size
 * of the estimates' errors is learned; then those with the highest estimates. It ends once the
 * expected number of images left that would still bring a region into the K best is at most the
 * risk. Since a probability is at most an expectation, the selection then differs from the one over
 * exact scores alone with at most that probability, as far as errors are like those that were seen
 * ({@link ErrorBound} tells what is taken for granted). An image whose estimated best region equals
 * the K-th best score or lies above it is never left out.
 *
 * <p>Usage: {@link #estimate} or {@link #unknown} once for each image; then, until {@link #next}
 * returns nothing, score the images it names and hand each result to {@link #exact}; then {@link
 * #top}. Memory for one number an image and K regions. Not safe for use by several threads.
 */
public final class OptimisticOrder implements RescoringOrder {
  /** What is left out may matter by so much of the risk without being counted one by one. */
  private static final double NEGLIGIBLE = 1e-3;

  private final int k;
  private final SelectionRules rules;
  private final double risk;
  private final int sampleSize;
  private final Random random;
  private final TopRegions top;
  private final ErrorBound errors = new ErrorBound();

  /** Estimated best scores of the images; positive infinity where nothing is known. */
  private final Map<String, Double> estimates = new HashMap<>();

  private final List<String> images = new ArrayList<>();
  private final Set<String> asked = new HashSet<>();
  private final Set<String> drawn = new LinkedHashSet<>();

  /** Images by descending estimate, made once the first are asked for. */
  private List<String> order = List.of();

  private int position;
  private int exact;

  /**
   * Nothing is known yet.
   *
   * @param k how many regions are looked for, at least 1
   * @param rules which regions may be among them
   * @param risk most expected number of images left out that belong in, above 0 and below 1
   * @param sampleSize images to draw at random, at least 8 where the pool has that many
   * @param seed of the draw; the same seed and images give the same draw
   * @throws IllegalArgumentException if a number is out of range
   */
  public OptimisticOrder(int k, SelectionRules rules, double risk, int sampleSize, long seed) {
    if (!(risk > 0 && risk < 1) || sampleSize < 8) {
      throw new IllegalArgumentException(
          "risk "
              + risk
              + " and a sample of "
              + sampleSize
              + " images: expected a risk above 0 and below 1, and at least 8 images");
    }
    this.k = k;
    this.rules = rules;
    this.risk = risk;
    this.sampleSize = sampleSize;
    this.random = new Random(seed);
    this.top = new TopRegions(k, rules);
  }

  /**
   * An image of which an estimate is known; one without a region that may be selected is not asked
   * for.
   *
   * @throws IllegalArgumentException if the image was told before
   * @throws IllegalStateException if images were asked for already
   */
  public void estimate(RegionScores scores) {
    List<SelectedRegion> best = best(scores);
    if (!best.isEmpty()) {
      add(scores.image(), best.get(0).score());
    }
  }

  /** An image of which nothing is known; it is always asked for. Throws as {@link #estimate}. */
  public void unknown(String image) {
    add(image, Double.POSITIVE_INFINITY);
  }

  private void add(String image, double estimate) {
    if (!order.isEmpty()) {
      throw new IllegalStateException(image + ": told after images were asked for");
    }
    if (estimates.put(image, estimate) != null) {
      throw new IllegalArgumentException(image + ": told twice");
    }
    images.add(image);
  }

  /** The region that this image brings in first, if any. */
  private List<SelectedRegion> best(RegionScores scores) {
    TopRegions one = new TopRegions(1, rules);
    one.offer(scores);
    return one.ranked();
  }

  /**
   * Images to score exactly next; none once no image left matters. The results of all images asked
   * for before should have been handed in: what is not known yet cannot end the search.
   *
   * @param most how many at most, at least 1; fewer are asked for in vain where it is small
   */
  @Override
  public List<String> next(int most) {
    if (order.isEmpty() && !images.isEmpty()) {
      arrange();
    }
    List<String> next = new ArrayList<>();
    for (String image : drawn) {
      if (next.size() < most && asked.add(image)) {
        next.add(image);
      }
    }
    if (!next.isEmpty() || missed() <= risk) {
      return next;
    }
    for (; position < order.size() && next.size() < most; position++) {
      if (asked.add(order.get(position))) {
        next.add(order.get(position));
      }
    }
    return next;
  }

  private void arrange() {
    List<String> shuffled = new ArrayList<>(images);
    Collections.shuffle(shuffled, random);
    drawn.addAll(shuffled.subList(0, Math.min(sampleSize, shuffled.size())));
    order = new ArrayList<>(images);
    // A stable sort, so equal estimates stay in the order they were told.
    order.sort(Collections.reverseOrder(Comparator.comparingDouble(this::estimateOf)));
  }

  private double estimateOf(String image) {
    return estimates.getOrDefault(image, Double.POSITIVE_INFINITY);
  }

  /** The exact result of an image that was asked for; a failure has no region to bring in. */
  @Override
  public void exact(ImageResult result) {
    exact++;
    if (result instanceof RegionScores scores) {
      top.offer(scores);
      double estimate = estimateOf(scores.image());
      List<SelectedRegion> best = best(scores);
      if (!best.isEmpty() && Double.isFinite(estimate)) {
        double error = best.get(0).score() - estimate;
        if (drawn.contains(scores.image())) {
          errors.addDrawn(error);
        } else {
          errors.addChosen(error);
        }
      }
    }
  }

  /**
   * A bound on the expected number of images not asked for that would bring a region into the K
   * best; infinite while fewer than K regions are known exactly and images are left.
   */
  public double missed() {
    List<SelectedRegion> best = top.ranked();
    double threshold =
        best.size() < k ? Double.NEGATIVE_INFINITY : best.get(best.size() - 1).score();
    ErrorBound.Tails tails = errors.tails();
    double missed = 0;
    for (int i = position; i < order.size(); i++) {
      String image = order.get(i);
      if (asked.contains(image)) {
        continue;
      }
      double gap = threshold - estimateOf(image);
      if (gap <= 0) {
        return Double.POSITIVE_INFINITY;
      }
      double chance = tails.chance(gap);
      int left = order.size() - i;
      if (chance * left <= risk * NEGLIGIBLE) {
        return missed + chance * left; // the rest is no likelier
      }
      missed += chance;
    }
    return missed;
  }

  /**
   * How far above its estimate an image's best region may lie: the distance that no image left
   * exceeds at the risk, were all of them equally near.
   */
  public double reach() {
    int left = order.size() - asked.size();
    return errors.tails().reach(risk / Math.max(1, left));
  }

  /** How many images were scored exactly so far. */
  @Override
  public int exactCount() {
    return exact;
  }

  /** The best regions of the images that were scored exactly. */
  public TopRegions top() {
    return top;
  }
}
