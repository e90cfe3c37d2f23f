package dev.flipside.scorer.selection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;

/**
 * One step of {@link DriftingScores}: finds K of the best regions without rescoring every image.
 *
 * <p>First it asks for images that have no scores yet and for some that are drawn at random. From
 * the drawn ones it learns how scores drifted since:
 *
 * <ul>
 *   <li>the median change at each position of the grid is added to the carried scores of all
 *       images;
 *   <li>an image's best score is predicted by a line through its best carried one. Its slope is
 *       below 1 where scores scatter, since what stood out by chance falls back;
 *   <li>what is left between prediction and truth, in this step and the few before, tells how far
 *       an image may lie above its prediction ({@link ErrorBound}).
 * </ul>
 *
 * <p>Then it asks for images in descending order of their predictions. It ends once the number of
 * images left that would have a region among the K found, taken as Poisson with its expectation,
 * exceeds K with no more chance than the risk: as long as it does not, all that is found is among
 * the 2K best.
 */
public final class LazyOrder implements RescoringOrder {
  private final DriftingScores scores;
  private final Aim aim;
  private final Set<String> first = new LinkedHashSet<>();
  private final Set<String> rest = new LinkedHashSet<>();
  private final Map<String, RegionScores> drawn = new LinkedHashMap<>();
  private final Set<String> asked = new HashSet<>();
  private final TopRegions top;

  /** The images left by descending prediction, once the drawn ones are known. */
  private List<Prediction> predictions = List.of();

  private ErrorBound.Tails tails = new ErrorBound().tails();
  private boolean learned;
  private int position;
  private int exact;

  /** What is looked for. */
  record Aim(int k, SelectionRules rules, double risk) {
    Aim {
      if (!(risk > 0 && risk < 1)) {
        throw new IllegalArgumentException("risk " + risk + ": expected above 0 and below 1");
      }
    }

    /** The best score of an image that may be selected; empty where none may. */
    OptionalDouble best(RegionScores scores) {
      TopRegions one = new TopRegions(1, rules);
      one.offer(scores);
      return one.ranked().stream().mapToDouble(SelectedRegion::score).max();
    }
  }

  /** An image and what its best score is expected to be. */
  private record Prediction(String image, double best) {}

  LazyOrder(DriftingScores scores, Collection<String> images, Aim aim, int sampleSize, long seed) {
    if (sampleSize < 8) {
      throw new IllegalArgumentException(
          "a sample of " + sampleSize + " images: expected at least 8");
    }
    this.scores = scores;
    this.aim = aim;
    this.top = new TopRegions(aim.k, aim.rules);
    for (String image : images) {
      (scores.of(image) == null ? first : rest).add(image);
    }
    List<String> shuffled = new ArrayList<>(rest);
    Collections.shuffle(shuffled, new Random(seed));
    List<String> sample = shuffled.subList(0, Math.min(sampleSize, shuffled.size()));
    first.addAll(sample);
    sample.forEach(rest::remove);
  }

  @Override
  public List<String> next(int most) {
    List<String> next = new ArrayList<>();
    for (String image : first) {
      if (next.size() < most && asked.add(image)) {
        next.add(image);
      }
    }
    if (!next.isEmpty()) {
      return next;
    }
    if (!learned) {
      learn();
    }
    if (moreThan(aim.k, missed()) > aim.risk) {
      for (; position < predictions.size() && next.size() < most; position++) {
        next.add(predictions.get(position).image);
      }
    }
    return next;
  }

  @Override
  public void exact(ImageResult result) {
    exact++;
    if (result instanceof RegionScores found) {
      top.offer(found);
      if (!learned && scores.of(found.image()) != null) {
        drawn.put(found.image(), found); // what it was is still to be compared with
      } else {
        scores.put(found);
      }
    }
  }

  private void learn() {
    learned = true;
    if (!drawn.isEmpty()) {
      scores.drift(medianChange());
    }
    List<DriftingScores.Pair> pairs = new ArrayList<>();
    for (RegionScores each : drawn.values()) {
      OptionalDouble before = aim.best(Objects.requireNonNull(scores.of(each.image())));
      OptionalDouble now = aim.best(each);
      if (before.isPresent() && now.isPresent()) {
        pairs.add(new DriftingScores.Pair(before.getAsDouble(), now.getAsDouble()));
      }
      scores.put(each);
    }
    if (!pairs.isEmpty()) {
      scores.remember(pairs);
      predict(DriftLine.through(scores.memory()));
    }
  }

  private void predict(DriftLine line) {
    ErrorBound errors = new ErrorBound();
    line.errors().forEach(errors::addDrawn);
    tails = errors.tails();
    List<Prediction> all = new ArrayList<>();
    for (String image : rest) {
      aim.best(Objects.requireNonNull(scores.of(image)))
          .ifPresent(best -> all.add(new Prediction(image, line.at(best))));
    }
    all.sort(
        Comparator.comparingDouble((Prediction each) -> -each.best)
            .thenComparing(Prediction::image));
    predictions = all;
  }

  /** Median over the drawn images of the change at each position of the grid. */
  private float[] medianChange() {
    int count = drawn.values().iterator().next().grid().count();
    float[] medians = new float[count];
    for (int at = 0; at < count; at++) {
      float[] changes = new float[drawn.size()];
      int i = 0;
      for (RegionScores each : drawn.values()) {
        RegionScores before = Objects.requireNonNull(scores.of(each.image()));
        changes[i++] = each.scores()[at] - before.scores()[at];
      }
      Arrays.sort(changes);
      medians[at] = changes[(changes.length - 1) / 2];
    }
    return medians;
  }

  /**
   * Expected number of images left that would have a region among the K found so far; all of them
   * while fewer than K are.
   */
  public double missed() {
    List<SelectedRegion> best = top.ranked();
    double threshold =
        best.size() < aim.k ? Double.NEGATIVE_INFINITY : best.get(best.size() - 1).score();
    double missed = 0;
    for (Prediction each : predictions.subList(position, predictions.size())) {
      missed += tails.chance(threshold - each.best);
    }
    return missed;
  }

  /** The chance that a Poisson number of this mean is larger than k. */
  static double moreThan(int k, double mean) {
    double term = Math.exp(-mean);
    double most = term;
    for (int i = 1; i <= k; i++) {
      term *= mean / i;
      most += term;
    }
    return Math.max(0, 1 - most);
  }

  @Override
  public int exactCount() {
    return exact;
  }

  /** The best regions of the images that were scored in this step. */
  public TopRegions top() {
    return top;
  }
}
