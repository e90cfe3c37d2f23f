package dev.flipside.models.scoring;

import java.util.List;

/**
 * How a pixel is scored: the views, the measure, and the number of stochastic passes.
 *
 * @param views the identity first, then other transformations, each once; or a single other one
 * @param measure measure of the class distributions of a pixel
 * @param passes 1, or the number of passes with active dropout
 */
public record ScoringSpec(List<Transformation> views, UncertaintyMeasure measure, int passes) {
  /** Entropy summed over the image and its mirror image (EquAL, Eq. 1-4); the default. */
  public static final ScoringSpec FLIP_ENTROPY =
      new ScoringSpec(
          List.of(new Transformation.Identity(), new Transformation.HorizontalFlip()),
          UncertaintyMeasure.ENTROPY,
          1);

  /** Entropy of the image only. */
  public static final ScoringSpec ENTROPY = single(UncertaintyMeasure.ENTROPY);

  /**
   * @throws IllegalArgumentException if the first of several views is not the identity, a view
   *     repeats, the measure compares members but there is only one, or it does not and there are
   *     several passes
   */
  public ScoringSpec {
    views = List.copyOf(views);
    if (views.isEmpty()
        || (views.size() > 1 && !(views.get(0) instanceof Transformation.Identity))) {
      throw new IllegalArgumentException("views " + views + ", expected the identity first");
    }
    if (views.stream().distinct().count() != views.size()) {
      throw new IllegalArgumentException("views " + views + ", expected each once");
    }
    if (passes < 1 || passes > 1000) {
      throw new IllegalArgumentException(passes + " passes, expected 1 to 1000");
    }
    if (!measure.comparesMembers() && passes > 1) {
      throw new IllegalArgumentException(
          measure + " in " + passes + " passes, expected 1: it does not compare passes");
    }
    if (measure == UncertaintyMeasure.JENSEN_SHANNON && passes > 1) {
      throw new IllegalArgumentException(
          "JENSEN_SHANNON in " + passes + " passes, expected 1: it compares views");
    }
    if (measure.comparesMembers() && views.size() * passes < 2) {
      throw new IllegalArgumentException(
          measure + " of one distribution, expected at least 2 views or 2 passes to compare");
    }
  }

  /**
   * Returns whether the image itself is among the views. Diagnostic maps are those of the image.
   */
  boolean showsImage() {
    return views.get(0) instanceof Transformation.Identity;
  }

  /** Creates a head with a measure of the image only, in one pass. */
  public static ScoringSpec single(UncertaintyMeasure measure) {
    return new ScoringSpec(List.of(new Transformation.Identity()), measure, 1);
  }
}
