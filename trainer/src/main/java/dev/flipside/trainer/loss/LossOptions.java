package dev.flipside.trainer.loss;

import java.util.List;

/**
 * Configuration of the losses.
 *
 * @param views 2: cross-entropy of the image and of its second view, summed and not halved; 1:
 *     cross-entropy of the image only, as in the entropy baseline
 * @param consistency weight of the self-consistency loss, 0 for none; requires two views
 * @param gradient variant of the self-consistency loss
 * @param classWeights weight per class in the cross-entropy, or empty for equal weights
 * @param view transformation of the second view
 */
public record LossOptions(
    int views,
    double consistency,
    SelfConsistency gradient,
    List<Float> classWeights,
    SecondView view) {
  /** Both losses with weight 1, in the variant of the paper (EquAL, Eq. 5). */
  public static final LossOptions EQUAL = new LossOptions(2, 1, SelfConsistency.PAPER, List.of());

  /** Cross-entropy of both views, no self-consistency. */
  public static final LossOptions TWO_VIEWS =
      new LossOptions(2, 0, SelfConsistency.PAPER, List.of());

  /** Cross-entropy of the image only. */
  public static final LossOptions CROSS_ENTROPY =
      new LossOptions(1, 0, SelfConsistency.PAPER, List.of());

  /** Creates options whose second view is the mirror image. */
  public LossOptions(
      int views, double consistency, SelfConsistency gradient, List<Float> classWeights) {
    this(views, consistency, gradient, classWeights, SecondView.HORIZONTAL_FLIP);
  }

  /**
   * @throws IllegalArgumentException if {@code views} is not 1 or 2, a weight is negative or not
   *     finite, or self-consistency is used with one view
   */
  public LossOptions {
    classWeights = List.copyOf(classWeights);
    for (float each : classWeights) {
      if (!(each >= 0 && Float.isFinite(each))) {
        throw new IllegalArgumentException(
            "class weights " + classWeights + ": expected numbers of at least 0");
      }
    }
    if (views != 1 && views != 2) {
      throw new IllegalArgumentException("losses over " + views + " views, expected 1 or 2");
    }
    if (!(consistency >= 0 && Double.isFinite(consistency))) {
      throw new IllegalArgumentException(
          "weight " + consistency + " of self-consistency, expected a number of at least 0");
    }
    if (views == 1 && consistency > 0) {
      throw new IllegalArgumentException(
          "self-consistency compares two views; give it weight 0 or train on 2 views");
    }
  }

  /** Returns a copy with another second view. */
  public LossOptions withView(SecondView other) {
    return new LossOptions(views, consistency, gradient, classWeights, other);
  }

  /** Returns a copy with other weights of the classes; empty for equal weights. */
  public LossOptions withClassWeights(List<Float> weights) {
    return new LossOptions(views, consistency, gradient, weights, view);
  }

  /** Returns the losses in words, for reports. */
  public String describe() {
    String text =
        views == 1 ? "cross-entropy of one view" : "cross-entropy of two views (" + view + ")";
    if (consistency > 0) {
      text += ", self-consistency";
      text += consistency == 1 ? "" : " times " + consistency;
      text += gradient == SelfConsistency.PAPER ? "" : " (" + gradient + ")";
    }
    return classWeights.isEmpty() ? text : text + ", class weights " + classWeights;
  }
}
