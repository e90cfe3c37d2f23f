package dev.flipside.tools.simulation.plan;

import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.trainer.loss.Losses;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A way to spend a budget of labels: what is selected by, what is minimised while selecting, and
 * what in the final stage, whose network is measured.
 */
@SuppressWarnings("ImmutableEnumChecker") // Losses is a record of values and of a copied list
public enum Strategy {
  /** Any region, cross-entropy of one view. */
  RANDOM("random", "random", Losses.CROSS_ENTROPY, Losses.CROSS_ENTROPY),
  /** Any region, both losses: shows what the consistency loss is worth without the selection. */
  RANDOM_PLUS("random+", "random", Losses.EQUAL, Losses.EQUAL),
  /** Entropy of one view, cross-entropy of one view. */
  ENTROPY("entropy", "entropy", Losses.CROSS_ENTROPY, Losses.CROSS_ENTROPY),
  /** Flip entropy, cross-entropy of both views: EquAL+ without its consistency loss. */
  TWO_VIEW("two-view", "flip-entropy", Losses.TWO_VIEWS, Losses.TWO_VIEWS),
  /** Flip entropy; both losses while selecting, cross-entropy of one view in the final stage. */
  EQUAL("equal", "flip-entropy", Losses.EQUAL, Losses.CROSS_ENTROPY),
  /** Flip entropy, both losses in both stages. */
  EQUAL_PLUS("equal+", "flip-entropy", Losses.EQUAL, Losses.EQUAL),
  /** Small margin between the two likeliest classes. */
  MARGIN("margin", "margin", Losses.CROSS_ENTROPY, Losses.CROSS_ENTROPY),
  /** Small probability of the likeliest class. */
  LEAST_CONFIDENCE(
      "least-confidence", "least-confidence", Losses.CROSS_ENTROPY, Losses.CROSS_ENTROPY),
  /** Disagreement of stochastic passes about classes. */
  VOTE_ENTROPY("vote-entropy", "vote-entropy", Losses.CROSS_ENTROPY, Losses.CROSS_ENTROPY),
  /** Mutual information of prediction and weights over stochastic passes. */
  BALD("bald", "bald", Losses.CROSS_ENTROPY, Losses.CROSS_ENTROPY),
  /** Nothing is selected: all regions are labelled; cross-entropy of one view. */
  FULL("full", "random", Losses.CROSS_ENTROPY, Losses.CROSS_ENTROPY),
  /** Nothing is selected: all regions are labelled; both losses. */
  FULL_PLUS("full+", "random", Losses.EQUAL, Losses.EQUAL);

  private final String label;
  private final String acquisition;
  private final Losses whileSelecting;
  private final Losses inTheEnd;

  Strategy(String label, String acquisition, Losses whileSelecting, Losses inTheEnd) {
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

  /** What regions are ranked by. */
  public Acquisition acquisition(int passes, long seed) {
    return Acquisition.parse(acquisition, passes, seed);
  }

  /** Losses of the stage that selects. */
  public Losses whileSelecting() {
    return whileSelecting;
  }

  /** Losses of the final stage. */
  public Losses inTheEnd() {
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
