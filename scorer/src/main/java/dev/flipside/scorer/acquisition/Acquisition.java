package dev.flipside.scorer.acquisition;

import dev.flipside.models.scoring.ScoringHead;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.models.scoring.UncertaintyMeasure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/** By what measure regions are ranked; a higher score means more worth labelling. */
public sealed interface Acquisition {
  /** Names that {@link #parse} reads. */
  List<String> NAMES =
      List.of(
          "flip-entropy",
          "entropy",
          "margin",
          "least-confidence",
          "vote-entropy",
          "bald",
          "view-disagreement",
          "vertical-flip-entropy",
          "rotation-90-entropy",
          "rotation-180-entropy",
          "translation-entropy",
          "random");

  /** The name that users give it. */
  String name();

  /** What the scoring graph computes; empty where scores do not depend on a network. */
  Optional<ScoringHead> head();

  /**
   * The measures of the single views that this one is the sum of, the image itself first; empty
   * where it is no such sum. Together they cost what this one costs.
   */
  default List<Acquisition> views() {
    return List.of();
  }

  /** Entropy summed over the image and its mirror image, in nats (Eq. 1-4). */
  record FlipEntropy() implements Acquisition {
    @Override
    public String name() {
      return "flip-entropy";
    }

    @Override
    public Optional<ScoringHead> head() {
      return Optional.of(ScoringHead.FLIP_ENTROPY);
    }

    @Override
    public List<Acquisition> views() {
      return List.of(new Entropy(), new OneView(new Transformation.HorizontalFlip()));
    }
  }

  /**
   * Entropy of another view of the image alone, in nats; a summand, not offered to users.
   *
   * @param view the view
   */
  record OneView(Transformation view) implements Acquisition {
    @Override
    public String name() {
      return "entropy of " + view;
    }

    @Override
    public Optional<ScoringHead> head() {
      return Optional.of(new ScoringHead(List.of(view), UncertaintyMeasure.ENTROPY, 1));
    }
  }

  /** Entropy of the image alone, in nats. */
  record Entropy() implements Acquisition {
    @Override
    public String name() {
      return "entropy";
    }

    @Override
    public Optional<ScoringHead> head() {
      return Optional.of(ScoringHead.ENTROPY);
    }
  }

  /** One minus the distance of the two most likely classes. */
  record Margin() implements Acquisition {
    @Override
    public String name() {
      return "margin";
    }

    @Override
    public Optional<ScoringHead> head() {
      return Optional.of(ScoringHead.single(UncertaintyMeasure.MARGIN));
    }
  }

  /** One minus the probability of the most likely class. */
  record LeastConfidence() implements Acquisition {
    @Override
    public String name() {
      return "least-confidence";
    }

    @Override
    public Optional<ScoringHead> head() {
      return Optional.of(ScoringHead.single(UncertaintyMeasure.LEAST_CONFIDENCE));
    }
  }

  /**
   * Entropy of the votes of several passes with dropout kept on, in nats.
   *
   * @param passes number of passes, at least 2
   */
  record VoteEntropy(int passes) implements Acquisition {
    /**
     * @throws IllegalArgumentException if there are fewer than two passes
     */
    public VoteEntropy {
      requireCommittee("vote-entropy", passes);
    }

    @Override
    public String name() {
      return "vote-entropy";
    }

    @Override
    public Optional<ScoringHead> head() {
      return Optional.of(committee(UncertaintyMeasure.VOTE_ENTROPY, passes));
    }
  }

  /**
   * BALD: how much several passes with dropout kept on tell of one another, in nats.
   *
   * @param passes number of passes, at least 2
   */
  record Bald(int passes) implements Acquisition {
    /**
     * @throws IllegalArgumentException if there are fewer than two passes
     */
    public Bald {
      requireCommittee("bald", passes);
    }

    @Override
    public String name() {
      return "bald";
    }

    @Override
    public Optional<ScoringHead> head() {
      return Optional.of(committee(UncertaintyMeasure.MUTUAL_INFORMATION, passes));
    }
  }

  /** Jensen-Shannon divergence of the image and its mirror image, in nats. */
  record ViewDisagreement() implements Acquisition {
    @Override
    public String name() {
      return "view-disagreement";
    }

    @Override
    public Optional<ScoringHead> head() {
      return Optional.of(
          new ScoringHead(ScoringHead.FLIP_ENTROPY.views(), UncertaintyMeasure.JENSEN_SHANNON, 1));
    }
  }

  /**
   * Entropy summed over the image and one other view of it, in nats (Table 2).
   *
   * @param name the name that users give it
   * @param view the other view
   */
  record ViewEntropy(String name, Transformation view) implements Acquisition {
    @Override
    public Optional<ScoringHead> head() {
      return Optional.of(
          new ScoringHead(
              List.of(new Transformation.Identity(), view), UncertaintyMeasure.ENTROPY, 1));
    }

    @Override
    public List<Acquisition> views() {
      // A translated view leaves out the pixels that left the frame, so it is no sum of two.
      return view instanceof Transformation.Translation
          ? List.of()
          : List.of(new Entropy(), new OneView(view));
    }
  }

  /**
   * Scores that a seed and the name of a region decide, spread evenly over 0 to 1.
   *
   * @param seed another seed gives other scores
   */
  record Random(long seed) implements Acquisition {
    @Override
    public String name() {
      return "random";
    }

    @Override
    public Optional<ScoringHead> head() {
      return Optional.empty();
    }

    /** The scores of one image, the same whenever and beside whatever it is scored. */
    public float[] scores(String image, int regions) {
      long hash = seed;
      for (int at = 0; at < image.length(); at++) {
        hash = 0x100000001B3L * (hash ^ image.charAt(at));
      }
      SplittableRandom random = new SplittableRandom(hash);
      float[] scores = new float[regions];
      for (int index = 0; index < regions; index++) {
        scores[index] = (random.nextInt() >>> 8) * 0x1p-24f;
      }
      return scores;
    }
  }

  /**
   * Reads a name such as {@code flip-entropy}.
   *
   * @param passes passes with dropout kept on, for those that need them
   * @param seed for {@code random}, and for the direction of {@code translation-entropy}
   * @throws IllegalArgumentException if there is no such name, or it needs more passes
   */
  static Acquisition parse(String name, int passes, long seed) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "flip-entropy" -> new FlipEntropy();
      case "entropy" -> new Entropy();
      case "margin" -> new Margin();
      case "least-confidence" -> new LeastConfidence();
      case "vote-entropy" -> new VoteEntropy(passes);
      case "bald" -> new Bald(passes);
      case "view-disagreement" -> new ViewDisagreement();
      case "vertical-flip-entropy" -> new ViewEntropy(name, new Transformation.VerticalFlip());
      case "rotation-90-entropy" -> new ViewEntropy(name, new Transformation.Rotation(90));
      case "rotation-180-entropy" -> new ViewEntropy(name, new Transformation.Rotation(180));
      case "translation-entropy" -> new ViewEntropy(name, translation(seed));
      case "random" -> new Random(seed);
      default ->
          throw new IllegalArgumentException(
              "acquisition \"" + name + "\": expected one of " + String.join(", ", NAMES));
    };
  }

  /** 16 px along both axes, in a direction that the seed decides. */
  private static Transformation translation(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Transformation.Translation(
        random.nextBoolean() ? 16 : -16, random.nextBoolean() ? 16 : -16);
  }

  private static ScoringHead committee(UncertaintyMeasure measure, int passes) {
    return new ScoringHead(List.of(new Transformation.Identity()), measure, passes);
  }

  private static void requireCommittee(String name, int passes) {
    if (passes < 2) {
      throw new IllegalArgumentException(
          name + " in " + passes + " passes: expected at least 2 to compare, give --passes");
    }
  }
}
