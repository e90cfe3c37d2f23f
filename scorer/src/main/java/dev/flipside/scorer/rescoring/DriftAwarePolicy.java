package dev.flipside.scorer.rescoring;

import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.TopRegions;
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
import java.util.Random;
import java.util.Set;

/**
 * One step of {@link DriftingScores}: finds K of the best regions without rescoring every image.
 *
 * <p>The policy first requests images without scores and a random sample. From the sample it learns
 * how scores have drifted:
 *
 * <ul>
 *   <li>the median change at each position of the grid is added to the carried scores of all
 *       images;
 *   <li>the best score of an image is predicted by a line through its best carried score. Its slope
 *       is below 1 if scores scatter, because of regression to the mean;
 *   <li>the residuals of this step and the few before determine how far an image may be above its
 *       prediction ({@link TailBound}).
 * </ul>
 *
 * <p>Then it requests images in descending order of their predictions. It ends when the probability
 * that more than K regions of the remaining images would be among the K found is at most the risk;
 * otherwise all regions found are among the 2K best. Regions of an image are correlated, so the
 * number of images is modelled as Poisson, each with its expected number of regions.
 */
public final class DriftAwarePolicy implements RescoringPolicy {
  /** Fraction of the errors, over several steps, that describe the upper tail. */
  private static final double UPPER = 0.25;

  private final DriftingScores scores;
  private final TopKQuery aim;
  private final Set<String> first = new LinkedHashSet<>();
  private final Set<String> rest = new LinkedHashSet<>();
  private final Map<String, RegionScores> drawn = new LinkedHashMap<>();
  private final Set<String> asked = new HashSet<>();
  private final TopRegions top;

  /** The remaining images by descending prediction; known once the sample is scored. */
  private List<Prediction> predictions = List.of();

  private TailBound tail = TailBound.UNKNOWN;
  private boolean learned;
  private int position;
  private int exact;

  /**
   * An image and the predicted scores of its regions.
   *
   * @param scores predicted scores of the regions that may be selected, descending, at least one
   */
  private record Prediction(String image, List<Double> scores) {
    double best() {
      return scores.get(0);
    }
  }

  /** Expected number of remaining images and regions among the K found. */
  private record Missed(double images, double regions) {}

  DriftAwarePolicy(
      DriftingScores scores, Collection<String> images, TopKQuery aim, int sampleSize, long seed) {
    if (sampleSize < 8) {
      throw new IllegalArgumentException(
          "a sample of " + sampleSize + " images: expected at least 8");
    }
    this.scores = scores;
    this.aim = aim;
    this.top = new TopRegions(aim.k(), aim.rules());
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
  public Request next(int most) {
    List<String> next = new ArrayList<>();
    for (String image : first) {
      if (next.size() < most && asked.add(image)) {
        next.add(image);
      }
    }
    if (!next.isEmpty()) {
      return new Request(Fidelity.EXACT, next);
    }
    if (!learned) {
      learn();
    }
    if (chanceOfMissingMoreThanK() > aim.risk()) {
      for (; position < predictions.size() && next.size() < most; position++) {
        next.add(predictions.get(position).image);
      }
    }
    return new Request(Fidelity.EXACT, next);
  }

  @Override
  public void scored(Fidelity fidelity, ImageResult result) {
    exact++;
    if (result instanceof RegionScores found) {
      top.offer(found);
      if (!learned && scores.of(found.image()) != null) {
        drawn.put(found.image(), found); // the carried score is needed later for comparison
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
      List<Double> before = aim.free(Objects.requireNonNull(scores.of(each.image())));
      if (!before.isEmpty()) {
        pairs.add(new DriftingScores.Pair(before.get(0), aim.free(each).get(0)));
      }
      scores.put(each);
    }
    if (!pairs.isEmpty()) {
      scores.remember(pairs);
      predict(DriftLine.through(scores.memory()));
    }
  }

  private void predict(DriftLine line) {
    tail = TailBound.of(line.errors().stream().mapToDouble(Double::doubleValue).toArray(), UPPER);
    List<Prediction> all = new ArrayList<>();
    for (String image : rest) {
      List<Double> free = aim.free(Objects.requireNonNull(scores.of(image)));
      if (!free.isEmpty()) {
        all.add(new Prediction(image, free.stream().map(line::at).toList()));
      }
    }
    all.sort(
        Comparator.comparingDouble((Prediction each) -> -each.best())
            .thenComparing(Prediction::image));
    predictions = all;
  }

  /** Returns the median change over the sample at each position of the grid. */
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

  private double chanceOfMissingMoreThanK() {
    Missed missed = missed();
    double together = missed.images == 0 ? 1 : missed.regions / missed.images;
    return moreThan((int) (aim.k() / together), missed.images);
  }

  /** Returns all remaining images while fewer than K regions are found. */
  private Missed missed() {
    double threshold = aim.threshold(top);
    double images = 0;
    double regions = 0;
    for (Prediction each : predictions.subList(position, predictions.size())) {
      images += tail.chance(threshold - each.best());
      for (double score : each.scores) {
        regions += tail.chance(threshold - score);
      }
    }
    return new Missed(images, regions);
  }

  /** Returns the probability that a Poisson variable of this mean exceeds {@code k}. */
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

  /** Returns the best regions of the images that were scored in this step. */
  public TopRegions top() {
    return top;
  }
}
