package dev.flipside.scorer.acquisition;

import dev.flipside.models.scoring.ScoringHead;
import dev.flipside.models.scoring.Transformation;
import dev.flipside.models.scoring.UncertaintyMeasure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/** An acquisition function. A higher score means more worth labelling. */
public sealed interface Acquisition {
  /** Names that {@link #parse} accepts. */
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

  /** Returns the name that users specify. */
  String name();

  /** Returns the head of the scoring graph; empty if scores do not depend on a model. */
  Optional<ScoringHead> head();

  /**
   * Returns the measures of single views whose sum this measure is, that of the image itself first;
   * empty if it is no such sum. Together they cost as much as this measure.
   */
  default List<Acquisition> views() {
    return List.of();
  }

  /** Entropy summed over the image and its mirror image, in nats (EquAL, Eq. 1-4). */
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
   * Entropy of another view of the image only, in nats. A term of a sum, not available to users. >
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

  /** Entropy of the image only, in nats. */
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

  /** 1 minus the difference of the two highest class probabilities. */
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

  /** 1 minus the highest class probability. */
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
   * Entropy of the votes of several passes with active dropout, in nats. >
   *
   * @param passes number of passes, at least 2
   */
  record VoteEntropy(int passes) implements Acquisition {
    /**
     * @throws IllegalArgumentException if {@code passes} is less than 2
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
   * BALD: mutual information of several passes with active dropout, in nats. >
   *
   * @param passes number of passes, at least 2
   */
  record Bald(int passes) implements Acquisition {
    /**
     * @throws IllegalArgumentException if {@code passes} is less than 2
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
   * Entropy summed over the image and one other view of it, in nats (EquAL, Table 2). >
   *
   * @param name name that users specify
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
      // A translated view lacks the pixels that left the frame, so this is not a sum of two views.
      return view instanceof Transformation.Translation
          ? List.of()
          : List.of(new Entropy(), new OneView(view));
    }
  }

  /**
   * Random scores, uniform in 0 to 1, determined by a seed and the ID of the region. >
   *
   * @param seed seed of the scores
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

    /** Returns the scores of an image, which do not depend on the other images. */
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
   * Parses a name such as {@code flip-entropy}. >
   *
   * @param passes number of passes with active dropout, for functions that need them
   * @param seed seed of {@code random} and of the direction of {@code translation-entropy}
   * @throws IllegalArgumentException if the name is unknown or needs more passes
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

  /** Returns a translation by 16 px along both axes, in a direction determined by the seed. */
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
