package dev.flipside.scorer.rescoring;

import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Finds the K best regions of a pool without scoring every image exactly, based on a cheap estimate
 * of the scores of every image, for example from an int8 model. Estimates may be refined first, at
 * a cost between the two.
 *
 * <p>The policy first requests a random sample of images, to learn the relation between estimates
 * and exact scores ({@link ResidualModel}). This gives, for every other image, the probability that
 * one of its regions is above the K-th best exact score. Images with the highest probability
 * relative to their cost are requested next; an image that can be refined is refined before it is
 * scored exactly. The search ends when the probabilities of all remaining images sum to no more
 * than the risk, which is then a bound on the expected number of images that are wrongly left out.
 * As a probability is at most an expectation, it also bounds the probability that the selection
 * differs from the exact one, provided that errors are like those observed; that the sum is checked
 * repeatedly is not accounted for. An image whose expected best score is at least the K-th best
 * score is never left out.
 *
 * <p>Usage: call {@link #estimate} or {@link #unknown} once per image; then, until {@link #next}
 * returns no image, score the images it returns and pass each result to {@link #scored}; finally
 * call {@link #top}. Memory for the estimates of all regions and K regions. Not thread-safe.
 */
public final class CascadePolicy implements RescoringPolicy {
  /** Fraction of the risk up to which probabilities are only bounded, not computed. */
  private static final double NEGLIGIBLE = 1e-3;

  /**
   * Regions are used for learning if their estimate is among this multiple of K, or this fraction
   * of all.
   */
  private static final int RELEVANT_FOR_EACH_SELECTED = 4;

  private static final double LEAST_RELEVANT = 0.05;

  /** Cost of an exact score relative to a refinement. */
  private static final double REFINEMENTS_A_SCORE = 7;

  /**
   * Refined estimates are used in place of exact scores if their error is at most this fraction of
   * that of first estimates.
   */
  private static final double STANDS_IN = 0.25;

  /** Maximum number of such images to learn from. */
  private static final int MOST_STANDING_IN = 2_000;

  /**
   * Refining is wasted on an image that matters anyway. It pays off up to a probability of six in
   * seven, which corresponds to an expected score this many standard deviations above the
   * threshold.
   */
  private static final double SURE = 1.07;

  private final TopKQuery aim;
  private final boolean refinable;
  private final int sampleSize;
  private final Random random;
  private final TopRegions top;
  private final Map<String, Candidate> images = new LinkedHashMap<>();
  private final ResidualModel fromEstimates = new ResidualModel();
  private final ResidualModel fromRefined = new ResidualModel();
  private List<Candidate> drawn = List.of();
  private boolean arranged;

  /** Current model of the errors; null if it must be recomputed. */
  private @Nullable ScorePredictions expectation;

  /** Minimum estimate of the regions that resemble those that may be selected. */
  private double relevant;

  private int refinedCount;
  private int exactCount;

  /**
   * An image that may matter.
   *
   * @param chance probability that it does
   * @param urgency probability relative to the cost of finding out, higher for images expected to
   *     matter
   * @param expected its expected best score
   */
  private record Ranked(Candidate image, double chance, double urgency, double expected) {}

  /**
   * Creates a policy.
   *
   * @param k number of regions to find, at least 1
   * @param rules rules the regions must satisfy
   * @param risk maximum expected number of images that are wrongly left out, above 0 and below 1
   * @param refinable whether estimates can be refined
   * @param sampleSize number of images to draw at random, at least 8; if the pool has fewer, all
   * @param seed seed of the sample; the same seed and images give the same sample
   * @throws IllegalArgumentException if a number is out of range
   */
  public CascadePolicy(
      int k, SelectionRules rules, double risk, boolean refinable, int sampleSize, long seed) {
    if (sampleSize < 8) {
      throw new IllegalArgumentException(
          "a sample of " + sampleSize + " images: expected at least 8");
    }
    this.aim = new TopKQuery(k, rules, risk);
    this.refinable = refinable;
    this.sampleSize = sampleSize;
    this.random = new Random(seed);
    this.top = new TopRegions(k, rules);
  }

  /**
   * Adds an image with its estimate. An image without a region that may be selected is never
   * requested.
   *
   * @throws IllegalArgumentException if the image was added before
   * @throws IllegalStateException if {@link #next} was called before
   */
  public void estimate(RegionScores scores) {
    BitSet taken = aim.rules().taken(scores.image(), scores.grid());
    if (taken.cardinality() < scores.grid().count()) {
      add(new Candidate(scores.image(), scores, taken));
    }
  }

  /** Adds an image without estimate, which is always requested. Throws as {@link #estimate}. */
  public void unknown(String image) {
    add(new Candidate(image, null, new BitSet()));
  }

  private void add(Candidate image) {
    if (arranged) {
      throw new IllegalStateException(image.id() + ": added after next() was called");
    }
    if (images.putIfAbsent(image.id(), image) != null) {
      throw new IllegalArgumentException(image.id() + ": added twice");
    }
  }

  /** Returns the best estimate of an image that was not scored exactly. */
  public RegionScores estimateOf(String image) {
    return estimate(image(image));
  }

  /**
   * Returns the images to score next, none if no remaining image matters. Pass the results of all
   * images requested before to {@link #scored} first: the search does not end while results are
   * missing.
   *
   * @param most maximum number of images, at least 1; with a smaller number, fewer images are
   *     scored unnecessarily
   */
  @Override
  public Request next(int most) {
    if (!arranged) {
      arrange();
    }
    List<Candidate> sample = drawn.stream().filter(image -> !image.isExact()).toList();
    List<Candidate> rough = sample.stream().filter(this::lacksRefinement).toList();
    if (!rough.isEmpty()) {
      return request(Fidelity.REFINED, rough, most);
    }
    if (!sample.isEmpty()) {
      return request(Fidelity.EXACT, sample, most);
    }
    List<Candidate> left = left();
    ScorePredictions expectation = expectation();
    return missed(left, expectation) <= aim.risk()
        ? request(Fidelity.EXACT, List.of(), most)
        : urgent(left, expectation, most);
  }

  private void arrange() {
    arranged = true;
    List<Candidate> shuffled = new ArrayList<>(images.values());
    Collections.shuffle(shuffled, random);
    drawn = List.copyOf(shuffled.subList(0, Math.min(sampleSize, shuffled.size())));
    List<Candidate> known =
        images.values().stream().filter(image -> image.estimated() != null).toList();
    double regions = known.stream().mapToDouble(image -> estimate(image).scores().length).sum();
    int likeSelected =
        (int) Math.max(RELEVANT_FOR_EACH_SELECTED * (double) aim.k(), LEAST_RELEVANT * regions);
    TopRegions highest = new TopRegions(Math.max(1, likeSelected), aim.rules());
    known.forEach(image -> highest.offer(estimate(image)));
    List<SelectedRegion> ranked = highest.ranked();
    relevant = ranked.isEmpty() ? 0 : ranked.get(ranked.size() - 1).score();
  }

  /** Returns the most urgent images, as far as they need the same fidelity as the first of them. */
  private Request urgent(List<Candidate> left, ScorePredictions expectation, int most) {
    // Early on, the expected threshold is more informative than that of the regions found so far.
    double threshold = Math.max(aim.threshold(top), expectation.threshold(aim, top, left));
    List<Ranked> ranked = ranked(left, expectation, threshold, negligible());
    if (ranked.isEmpty()) {
      ranked = ranked(left, expectation, threshold, 0);
    }
    boolean refine = isRefinedNext(ranked.get(0), expectation, threshold);
    double missed = ranked.stream().mapToDouble(Ranked::chance).sum();
    List<Candidate> next = new ArrayList<>();
    for (Ranked each : ranked) {
      if (next.size() == most || (missed <= aim.risk() && !next.isEmpty())) {
        break;
      }
      if (isRefinedNext(each, expectation, threshold) == refine) {
        next.add(each.image);
        missed -= each.chance;
      } else if (!refine) {
        // The first refinements may show that later images need not be scored.
        break;
      }
    }
    return request(refine ? Fidelity.REFINED : Fidelity.EXACT, next, most);
  }

  /**
   * Returns whether an image is refined before it is scored exactly: not if nothing can be ruled
   * out yet, and not if it almost certainly matters.
   */
  private boolean isRefinedNext(Ranked ranked, ScorePredictions expectation, double threshold) {
    return lacksRefinement(ranked.image)
        && threshold != Double.NEGATIVE_INFINITY
        && ranked.expected < threshold + SURE * expectation.estimated().spread();
  }

  /** Returns the images whose probability is not negligible, most urgent first. */
  private List<Ranked> ranked(
      List<Candidate> left, ScorePredictions expectation, double threshold, double least) {
    List<Ranked> ranked = new ArrayList<>();
    for (Candidate image : left) {
      double chance = expectation.chance(image, threshold, negligible());
      if (chance >= least) {
        double expected = expectation.best(image);
        double urgency = lacksRefinement(image) ? chance * REFINEMENTS_A_SCORE : chance;
        // Images that are expected to matter are needed anyway, and are the most informative.
        ranked.add(
            new Ranked(
                image,
                chance,
                expected >= threshold ? REFINEMENTS_A_SCORE : Math.min(urgency, 1),
                expected));
      }
    }
    // The sort is stable, so equal images stay in the order in which they were added.
    ranked.sort(
        Comparator.comparingDouble(Ranked::urgency)
            .thenComparingDouble(Ranked::expected)
            .reversed());
    return ranked;
  }

  private boolean lacksRefinement(Candidate image) {
    return refinable && image.estimated() != null && image.refined() == null;
  }

  private static Request request(Fidelity fidelity, List<Candidate> images, int most) {
    return new Request(fidelity, images.stream().limit(most).map(Candidate::id).toList());
  }

  /**
   * Adds the result of a requested image. If refining failed, the image is scored exactly; if exact
   * scoring failed, it contributes no region.
   */
  @Override
  public void scored(Fidelity fidelity, ImageResult result) {
    Candidate image = image(result.image());
    expectation = null;
    if (fidelity == Fidelity.REFINED) {
      refinedCount++;
      image.refine(result instanceof RegionScores better ? better : null);
      return;
    }
    exactCount++;
    if (result instanceof RegionScores truth) {
      top.offer(truth);
      learn(image, truth);
    }
    image.settle();
  }

  private Candidate image(String id) {
    Candidate image = images.get(id);
    if (image == null) {
      throw new NoSuchElementException(id + ": no such image was added");
    }
    return image;
  }

  /** Adds the regions of an image to both error models. */
  private void learn(Candidate image, RegionScores truth) {
    RegionScores first = image.estimated();
    if (first == null || !first.grid().equals(truth.grid())) {
      return;
    }
    RegionScores better = image.refined();
    boolean atRandom = drawn.contains(image);
    int best = image.argMax(truth);
    for (int region = 0; region < truth.scores().length; region++) {
      ResidualModel.Source source;
      if (first.scores()[region] >= relevant) {
        source = atRandom ? ResidualModel.Source.RELEVANT_AND_DRAWN : ResidualModel.Source.RELEVANT;
      } else if (atRandom && region == best) {
        source = ResidualModel.Source.BEST_OF_DRAWN;
      } else {
        continue;
      }
      double score = truth.scores()[region];
      fromEstimates.add(new ResidualModel.Pair(first.scores()[region], score, exactCount, source));
      if (better != null) {
        fromRefined.add(new ResidualModel.Pair(better.scores()[region], score, exactCount, source));
      }
    }
  }

  /**
   * Returns the model of the errors. First estimates have far larger errors than refined ones, and
   * only the best of the refined images are scored exactly. Learning from these only would bias the
   * first estimates and overstate their scatter. Therefore refined estimates are used in place of
   * missing exact scores, as long as their own error is comparatively small.
   */
  private ScorePredictions expectation() {
    ScorePredictions current = expectation;
    if (current == null) {
      ResidualModel.Line refined = fromRefined.line();
      ResidualModel.Line estimated = fromEstimates.line();
      if (!refined.tail().equals(TailBound.UNKNOWN)
          && refined.spread() <= STANDS_IN * estimated.spread()) {
        estimated = fromEstimates.with(standingIn(refined)).line();
      }
      current = new ScorePredictions(estimated, refined);
      expectation = current;
    }
    return current;
  }

  /** Returns regions with a refined estimate but without exact score. */
  private List<ResidualModel.Pair> standingIn(ResidualModel.Line refined) {
    List<ResidualModel.Pair> pairs = new ArrayList<>();
    int number = exactCount;
    List<Candidate> refinedOnly = left().stream().filter(Candidate::isRefined).toList();
    int step = 1 + refinedOnly.size() / MOST_STANDING_IN;
    for (int i = 0; i < refinedOnly.size(); i += step) {
      Candidate image = refinedOnly.get(i);
      RegionScores first = image.estimated();
      RegionScores better = image.refined();
      if (first != null && better != null && first.grid().equals(better.grid())) {
        number++;
        for (int region = 0; region < first.scores().length; region++) {
          double score = first.scores()[region];
          if (score >= relevant) {
            pairs.add(
                new ResidualModel.Pair(
                    score,
                    refined.at(better.scores()[region]),
                    number,
                    ResidualModel.Source.RELEVANT));
          }
        }
      }
    }
    return pairs;
  }

  private List<Candidate> left() {
    return images.values().stream().filter(image -> !image.isExact()).toList();
  }

  private double negligible() {
    return NEGLIGIBLE * aim.risk() / Math.max(1, images.size());
  }

  private double missed(List<Candidate> left, ScorePredictions expectation) {
    double threshold = aim.threshold(top);
    double negligible = negligible();
    return left.stream()
        .mapToDouble(image -> expectation.chance(image, threshold, negligible))
        .sum();
  }

  private static RegionScores estimate(Candidate image) {
    return Objects.requireNonNull(image.estimate(), image.id());
  }

  /**
   * Returns a bound on the expected number of images, among those not scored exactly, that have a
   * region among the K best; the number of these images while fewer than K regions are known
   * exactly.
   */
  public double missed() {
    return missed(left(), expectation());
  }

  /**
   * Returns the allowed error of an estimate: the distance above its expected score that no
   * remaining region exceeds at the given risk, if all were equally close to the threshold.
   */
  public double reach() {
    long regions =
        left().stream()
            .filter(image -> image.estimate() != null)
            .mapToLong(image -> estimate(image).scores().length)
            .sum();
    ScorePredictions expectation = expectation();
    ResidualModel.Line line = refinable ? expectation.refined() : expectation.estimated();
    return line.tail().reach(aim.risk() / Math.max(1, regions));
  }

  /** Returns the number of refined images. */
  public int refinedCount() {
    return refinedCount;
  }

  @Override
  public int exactCount() {
    return exactCount;
  }

  /** Returns the best regions of the images that were scored exactly. */
  public TopRegions top() {
    return top;
  }
}
