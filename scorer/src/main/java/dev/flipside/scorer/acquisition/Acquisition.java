package dev.flipside.scorer.acquisition;

import dev.flipside.models.scoring.ScoringSpec;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.models.scoring.Transformation.Translation;
import dev.flipside.models.scoring.UncertaintyMeasure;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * An acquisition function: how a region is scored; a higher score means more worth labelling.
 *
 * @param name the name that users give it, for example {@code flip-entropy}
 * @param head what the scoring graph computes; empty for {@code random}, which needs no model
 * @param views acquisitions of the single views whose sum this one is, the image itself first;
 *     empty if it is no such sum. Together they cost as much as this one.
 * @param seed of the scores of {@code random} and of the dropout masks of several passes; 0 for all
 *     others
 */
public record Acquisition(
    String name, Optional<ScoringSpec> head, List<Acquisition> views, long seed) {
  /** Entropy of the image alone, in nats. */
  public static final Acquisition ENTROPY = of("entropy", ScoringSpec.ENTROPY);

  /** Entropy summed over the image and its mirror image, in nats (EquAL, Eq. 1-4). */
  public static final Acquisition FLIP_ENTROPY =
      viewEntropy("flip-entropy", new Transformation.HorizontalFlip());

  private static final Map<String, Factory> BY_NAME = byName();

  /** The names that {@link #parse} reads. */
  public static final List<String> NAMES = List.copyOf(BY_NAME.keySet());

  /** Creates an acquisition from the parameters that some of them have. */
  @FunctionalInterface
  private interface Factory {
    Acquisition create(String name, int passes, long seed);
  }

  /** Copies the views. */
  public Acquisition {
    views = List.copyOf(views);
  }

  private static Map<String, Factory> byName() {
    Map<String, Factory> factories = new LinkedHashMap<>();
    factories.put("flip-entropy", (name, passes, seed) -> FLIP_ENTROPY);
    factories.put("entropy", (name, passes, seed) -> ENTROPY);
    // One minus the difference of the two highest class probabilities.
    factories.put("margin", measure(UncertaintyMeasure.MARGIN));
    // One minus the highest class probability.
    factories.put("least-confidence", measure(UncertaintyMeasure.LEAST_CONFIDENCE));
    // Entropy of the votes of several passes with dropout, and BALD, both in nats.
    factories.put("vote-entropy", committee(UncertaintyMeasure.VOTE_ENTROPY));
    factories.put("bald", committee(UncertaintyMeasure.MUTUAL_INFORMATION));
    // Jensen-Shannon divergence of the image and its mirror image, in nats.
    factories.put(
        "view-disagreement",
        (name, passes, seed) ->
            of(
                name,
                new ScoringSpec(
                    ScoringSpec.FLIP_ENTROPY.views(), UncertaintyMeasure.JENSEN_SHANNON, 1)));
    // Entropy summed over the image and another view, in nats (EquAL, Table 2).
    factories.put("vertical-flip-entropy", other(new Transformation.VerticalFlip()));
    factories.put("rotation-90-entropy", other(new Transformation.Rotation(90)));
    factories.put("rotation-180-entropy", other(new Transformation.Rotation(180)));
    factories.put(
        "translation-entropy",
        (name, passes, seed) ->
            viewEntropy(name, Translation.alongOneAxis(new SplittableRandom(seed))));
    factories.put(
        "diagonal-translation-entropy",
        (name, passes, seed) ->
            viewEntropy(name, Translation.alongBothAxes(new SplittableRandom(seed))));
    factories.put("random", (name, passes, seed) -> random(seed));
    return Collections.unmodifiableMap(factories);
  }

  /**
   * Reads a name such as {@code flip-entropy}.
   *
   * @param passes forward passes with dropout, for {@code vote-entropy} and {@code bald}
   * @param seed of {@code random}, of the dropout masks of {@code vote-entropy} and {@code bald},
   *     and of the direction of the translation entropies
   * @throws IllegalArgumentException if there is no such name, or it needs more passes
   */
  public static Acquisition parse(String name, int passes, long seed) {
    String key = name.strip().toLowerCase(Locale.ROOT);
    Factory factory = BY_NAME.get(key);
    if (factory == null) {
      throw new IllegalArgumentException(
          "acquisition \"" + name + "\": expected one of " + String.join(", ", NAMES));
    }
    return factory.create(key, passes, seed);
  }

  /** Scores that depend on the seed and the name of a region alone, spread evenly over 0 to 1. */
  public static Acquisition random(long seed) {
    return new Acquisition("random", Optional.empty(), List.of(), seed);
  }

  /**
   * The scores of one image for {@code random}: the same whenever and with whatever it is scored.
   *
   * @param image id of the image
   * @param regions number of its regions
   */
  public float[] randomScores(String image, int regions) {
    SplittableRandom random = random(image);
    float[] scores = new float[regions];
    for (int index = 0; index < regions; index++) {
      scores[index] = (random.nextInt() >>> 8) * 0x1p-24f;
    }
    return scores;
  }

  /**
   * Returns the seed of the dropout masks of an image, 0 to 2³¹ − 2: the same whenever and with
   * whatever it is scored.
   *
   * @param image id of the image
   */
  public long dropoutSeed(String image) {
    return random(image).nextLong(Integer.MAX_VALUE);
  }

  /** Returns a generator that depends on the seed and the image alone. */
  private SplittableRandom random(String image) {
    long hash = seed;
    for (int at = 0; at < image.length(); at++) {
      hash = 0x100000001B3L * (hash ^ image.charAt(at));
    }
    return new SplittableRandom(hash);
  }

  private static Acquisition of(String name, ScoringSpec head) {
    return new Acquisition(name, Optional.of(head), List.of(), 0);
  }

  /** Entropy summed over the image and another view of it. */
  private static Acquisition viewEntropy(String name, Transformation view) {
    ScoringSpec sum =
        new ScoringSpec(
            List.of(new Transformation.Identity(), view), UncertaintyMeasure.ENTROPY, 1);
    // A translated view leaves out the pixels that left the frame, so it is no sum of two.
    List<Acquisition> views =
        view instanceof Transformation.Translation
            ? List.of()
            : List.of(
                ENTROPY,
                of(
                    "entropy of " + view,
                    new ScoringSpec(List.of(view), UncertaintyMeasure.ENTROPY, 1)));
    return new Acquisition(name, Optional.of(sum), views, 0);
  }

  private static Factory other(Transformation view) {
    return (name, passes, seed) -> viewEntropy(name, view);
  }

  private static Factory measure(UncertaintyMeasure measure) {
    return (name, passes, seed) -> of(name, ScoringSpec.single(measure));
  }

  private static Factory committee(UncertaintyMeasure measure) {
    return (name, passes, seed) -> {
      if (passes < 2) {
        throw new IllegalArgumentException(
            name + " in " + passes + " passes: expected at least 2 to compare, give --passes");
      }
      ScoringSpec head = new ScoringSpec(List.of(new Transformation.Identity()), measure, passes);
      return new Acquisition(name, Optional.of(head), List.of(), seed);
    };
  }
}
