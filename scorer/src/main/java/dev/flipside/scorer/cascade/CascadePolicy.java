package dev.flipside.scorer.cascade;

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
 * Finds the K best regions of a pool without scoring every image exactly, where a cheap estimate of
 * every image's scores is at hand, for example from a network of lower precision. Estimates may be
 * refined first, at a cost between the two.
 *
 * <p>First it asks for some images that are drawn at random, to learn how exact scores follow from
 * estimates ({@link ResidualModel}). From then on every image has a chance that one of its regions
 * lies above the K-th best exact score, and those with the greatest chance, weighed against what it
 * costs, are asked for next; an image that can be refined is refined before it is scored exactly.
 * It ends once the chances of all images left sum up to no more than the risk: then no more images
 * than that are expected to be wrongly left out. Since a probability is at most an expectation, the
 * selection differs from the one over exact scores alone with at most that probability, as far as
 * errors are like those that were seen; that the sum is looked at again and again, and believed the
 * first time it is low enough, is not accounted for. An image whose expected best region equals the
 * K-th best score or lies above it is never left out.
 *
 * <p>Usage: {@link #estimate} or {@link #unknown} once for each image; then, until {@link #next}
 * returns no image, score the images it names and hand each result to {@link #scored}; then {@link
 * #top}. Memory for the estimates of all regions and K regions. Not safe for use by several
 * threads.
 */
public final class CascadePolicy implements RescoringOrder {
  /** What is left out may matter by so much of the risk without being counted precisely. */
  private static final double NEGLIGIBLE = 1e-3;

  /** Regions are learned from if they are estimated among so many times K, or a share of all. */
  private static final int RELEVANT_FOR_EACH_SELECTED = 4;

  private static final double LEAST_RELEVANT = 0.05;

  /** An exact score costs about as much as so many refinements. */
  private static final double REFINEMENTS_A_SCORE = 7;

  /** Refined estimates stand in for exact scores if they err by so much of what first ones err. */
  private static final double STANDS_IN = 0.25;

  /** So many images are enough to learn from, however large the pool. */
  private static final int MOST_STANDING_IN = 2_000;

  /**
   * An image is refined in vain if it matters all the same. It pays up to a chance of six in seven,
   * which is where it is expected to lie so many standard deviations above the threshold.
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

  /** What follows from all results so far; null where that is to be worked out anew. */
  private @Nullable Expectation expectation;

  /** Regions that are estimated at least so high are like those that may be selected. */
  private double relevant;

  private int refinedCount;
  private int exactCount;

  /**
   * An image that may matter.
   *
   * @param chance that it does
   * @param urgency the same for what it costs to know more, and more for those expected to matter
   * @param expected its best score
   */
  private record Ranked(Candidate image, double chance, double urgency, double expected) {}

  /**
   * Nothing is known yet.
   *
   * @param k how many regions are looked for, at least 1
   * @param rules which regions may be among them
   * @param risk most expected number of images left out that belong in, above 0 and below 1
   * @param refinable whether estimates can be refined
   * @param sampleSize images to draw at random, at least 8 where the pool has that many
   * @param seed of the draw; the same seed and images give the same draw
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
   * An image of which an estimate is known; one without a region that may be selected is not asked
   * for.
   *
   * @throws IllegalArgumentException if the image was told before
   * @throws IllegalStateException if images were asked for already
   */
  public void estimate(RegionScores scores) {
    BitSet taken = aim.rules().taken(scores.image(), scores.grid());
    if (taken.cardinality() < scores.grid().count()) {
      add(new Candidate(scores.image(), scores, taken));
    }
  }

  /** An image of which nothing is known; it is always asked for. Throws as {@link #estimate}. */
  public void unknown(String image) {
    add(new Candidate(image, null, new BitSet()));
  }

  private void add(Candidate image) {
    if (arranged) {
      throw new IllegalStateException(image.id() + ": told after images were asked for");
    }
    if (images.putIfAbsent(image.id(), image) != null) {
      throw new IllegalArgumentException(image.id() + ": told twice");
    }
  }

  /** The best estimate of an image that is not known exactly; throws if there is none. */
  public RegionScores estimateOf(String image) {
    return estimate(image(image));
  }

  /**
   * Images to score next; none once no image left matters. The results of all images asked for
   * before should have been handed in: what is not known yet cannot end the search.
   *
   * @param most how many at most, at least 1; fewer are asked for in vain where it is small
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
    Expectation expectation = expectation();
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

  /** Those most worth their cost, as far as they lack the same as the first of them. */
  private Request urgent(List<Candidate> left, Expectation expectation, int most) {
    // What will be the threshold tells more, early on, than what is found so far.
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
        // What is refined first may show that those further down need not be scored.
        break;
      }
    }
    return request(refine ? Fidelity.REFINED : Fidelity.EXACT, next, most);
  }

  /**
   * Whether an image is refined before it is scored exactly. Not where nothing can be ruled out,
   * for refining cannot do it either; and not if it is all but sure to matter.
   */
  private boolean isRefinedNext(Ranked ranked, Expectation expectation, double threshold) {
    return lacksRefinement(ranked.image)
        && threshold != Double.NEGATIVE_INFINITY
        && ranked.expected < threshold + SURE * expectation.estimated().spread();
  }

  /** Those whose chance is not less than so little, the most urgent first. */
  private List<Ranked> ranked(
      List<Candidate> left, Expectation expectation, double threshold, double least) {
    List<Ranked> ranked = new ArrayList<>();
    for (Candidate image : left) {
      double chance = expectation.chance(image, threshold, negligible());
      if (chance >= least) {
        double expected = expectation.best(image);
        double urgency = lacksRefinement(image) ? chance * REFINEMENTS_A_SCORE : chance;
        // Those that are expected to matter are needed anyway, and tell most of the others.
        ranked.add(
            new Ranked(
                image,
                chance,
                expected >= threshold ? REFINEMENTS_A_SCORE : Math.min(urgency, 1),
                expected));
      }
    }
    // A stable sort, so equal ones stay in the order they were told.
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
   * The result of an image that was asked for. A failure to refine leaves the image to exact
   * scoring; one to score it exactly has no region to bring in.
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
      throw new NoSuchElementException(id + ": no such image was told");
    }
    return image;
  }

  /** Tells both fits of the regions that they may learn from. */
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
   * What follows from all that is known. First estimates err far more than refined ones, and of
   * those that were refined only the best go on to be scored exactly: learned from these alone,
   * first estimates would seem lower than they are and more scattered. So refined estimates stand
   * in for exact scores there, as long as what they err themselves is small beside it.
   */
  private Expectation expectation() {
    Expectation current = expectation;
    if (current == null) {
      ResidualModel.Line refined = fromRefined.line();
      ResidualModel.Line estimated = fromEstimates.line();
      if (!refined.tail().equals(TailBound.UNKNOWN)
          && refined.spread() <= STANDS_IN * estimated.spread()) {
        estimated = fromEstimates.with(standingIn(refined)).line();
      }
      current = new Expectation(estimated, refined);
      expectation = current;
    }
    return current;
  }

  /** Regions whose refined estimate is known and their exact score is not. */
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

  private double missed(List<Candidate> left, Expectation expectation) {
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
   * A bound on the expected number of images not scored exactly that would bring a region into the
   * K best; their number while fewer than K regions are known exactly.
   */
  public double missed() {
    return missed(left(), expectation());
  }

  /**
   * How far above what is expected of it, by the best kind of estimate, a region may lie: the
   * distance that no region left exceeds at the risk, were all of them equally near.
   */
  public double reach() {
    long regions =
        left().stream()
            .filter(image -> image.estimate() != null)
            .mapToLong(image -> estimate(image).scores().length)
            .sum();
    Expectation expectation = expectation();
    ResidualModel.Line line = refinable ? expectation.refined() : expectation.estimated();
    return line.tail().reach(aim.risk() / Math.max(1, regions));
  }

  /** How many images were refined so far. */
  public int refinedCount() {
    return refinedCount;
  }

  @Override
  public int exactCount() {
    return exactCount;
  }

  /** The best regions of the images that were scored exactly. */
  public TopRegions top() {
    return top;
  }
}
