package dev.flipside.tools.simulation.plan;

import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.trainer.loss.LossOptions;
import dev.flipside.trainer.loss.SecondView;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A way to spend a budget of labels: what is selected by, what is minimised while selecting, and
 * what in the final stage, whose network is measured.
 */
@SuppressWarnings("ImmutableEnumChecker") // LossOptions is a record of values and of a copied list
public enum Strategy {
  /** Any region, cross-entropy of one view. */
  RANDOM("random", "random", LossOptions.CROSS_ENTROPY, LossOptions.CROSS_ENTROPY),
  /** Any region, both losses: shows what the consistency loss is worth without the selection. */
  RANDOM_PLUS("random+", "random", LossOptions.EQUAL, LossOptions.EQUAL),
  /** Entropy of one view, cross-entropy of one view. */
  ENTROPY("entropy", "entropy", LossOptions.CROSS_ENTROPY, LossOptions.CROSS_ENTROPY),
  /** Flip entropy, cross-entropy of both views: EquAL+ without its consistency loss. */
  TWO_VIEW("two-view", "flip-entropy", LossOptions.TWO_VIEWS, LossOptions.TWO_VIEWS),
  /** Flip entropy; both losses while selecting, cross-entropy of one view in the final stage. */
  EQUAL("equal", "flip-entropy", LossOptions.EQUAL, LossOptions.CROSS_ENTROPY),
  /** Flip entropy, both losses in both stages. */
  EQUAL_PLUS("equal+", "flip-entropy", LossOptions.EQUAL, LossOptions.EQUAL),
  /** Small margin between the two likeliest classes. */
  MARGIN("margin", "margin", LossOptions.CROSS_ENTROPY, LossOptions.CROSS_ENTROPY),
  /** Small probability of the likeliest class. */
  LEAST_CONFIDENCE(
      "least-confidence", "least-confidence", LossOptions.CROSS_ENTROPY, LossOptions.CROSS_ENTROPY),
  /** Disagreement of stochastic passes about classes. */
  VOTE_ENTROPY(
      "vote-entropy", "vote-entropy", LossOptions.CROSS_ENTROPY, LossOptions.CROSS_ENTROPY),
  /** Mutual information of prediction and weights over stochastic passes. */
  BALD("bald", "bald", LossOptions.CROSS_ENTROPY, LossOptions.CROSS_ENTROPY),
  /** EquAL with another second view while selecting and in the acquisition (Table 2). */
  EQUAL_VERTICAL_FLIP(
      "equal-vertical-flip",
      "vertical-flip-entropy",
      LossOptions.EQUAL.withView(SecondView.VERTICAL_FLIP),
      LossOptions.CROSS_ENTROPY),
  EQUAL_ROTATION_90(
      "equal-rotation-90",
      "rotation-90-entropy",
      LossOptions.EQUAL.withView(SecondView.ROTATION_90),
      LossOptions.CROSS_ENTROPY),
  EQUAL_ROTATION_180(
      "equal-rotation-180",
      "rotation-180-entropy",
      LossOptions.EQUAL.withView(SecondView.ROTATION_180),
      LossOptions.CROSS_ENTROPY),
  EQUAL_TRANSLATION(
      "equal-translation",
      "translation-entropy",
      LossOptions.EQUAL.withView(SecondView.TRANSLATION),
      LossOptions.CROSS_ENTROPY),
  /** Nothing is selected: all regions are labelled; cross-entropy of one view. */
  FULL("full", "random", LossOptions.CROSS_ENTROPY, LossOptions.CROSS_ENTROPY),
  /** Nothing is selected: all regions are labelled; both losses. */
  FULL_PLUS("full+", "random", LossOptions.EQUAL, LossOptions.EQUAL);

  private final String label;
  private final String acquisition;
  private final LossOptions whileSelecting;
  private final LossOptions inTheEnd;

  Strategy(String label, String acquisition, LossOptions whileSelecting, LossOptions inTheEnd) {
    this.label = label;
    this.acquisition = acquisition;
    this.whileSelecting = whileSelecting;
    this.inTheEnd = inTheEnd;
  }

  /**
   * Whether everything is labelled from the start: the measure that the others are held against.
   */
  public boolean supervised() {
    return this == FULL || this == FULL_PLUS;
  }

  /** Whether another strategy selects the same regions with the same seed. */
  public boolean selectsLike(Strategy other) {
    return !supervised()
        && !other.supervised()
        && acquisition.equals(other.acquisition)
        && whileSelecting.equals(other.whileSelecting);
  }

  /** Name of what regions are ranked by. */
  public String acquisition() {
    return acquisition;
  }

  /** What regions are ranked by. */
  public Acquisition acquisition(int passes, long seed) {
    return Acquisition.parse(acquisition, passes, seed);
  }

  /** LossOptions of the stage that selects. */
  public LossOptions whileSelecting() {
    return whileSelecting;
  }

  /** LossOptions of the final stage. */
  public LossOptions inTheEnd() {
    return inTheEnd;
  }

  /**
   * Reads a name, for example {@code equal+}.
   *
   * @throws IllegalArgumentException if there is no such strategy
   */
  public static Strategy parse(String text) {
    for (Strategy each : values()) {
      if (each.label.equals(text.strip())) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "strategy \""
            + text
            + "\": expected one of "
            + Arrays.stream(values()).map(Strategy::toString).collect(Collectors.joining(", ")));
  }

  @Override
  public String toString() {
    return label;
  }
}
