package dev.flipside.models.scoring;

import dev.flipside.models.domain.RegionGrid;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a scoring graph is made for.
 *
 * @param grid regions of an image of a known size
 * @param batch images a run, at least 1
 * @param head how a pixel is scored
 * @param pictures optional outputs
 * @param classWeights for each class a factor on the measure at the pixels that the network gives
 *     to it, at least 0 and finite; empty for none. With larger factors for rarer classes the
 *     selection becomes balanced.
 */
public record ScoringRequest(
    RegionGrid grid,
    int batch,
    ScoringHead head,
    Set<DiagnosticMap> pictures,
    List<Float> classWeights) {
  /** All classes weigh the same. */
  public ScoringRequest(RegionGrid grid, int batch, ScoringHead head, Set<DiagnosticMap> pictures) {
    this(grid, batch, head, pictures, List.of());
  }

  /**
   * @throws IllegalArgumentException if the batch is not 1 to 4096, a weight is negative or not
   *     finite, or pictures or weights are asked for without the image itself among the views
   */
  public ScoringRequest {
    if (batch < 1 || batch > 4096) {
      throw new IllegalArgumentException("batch of " + batch + " images, expected 1 to 4096");
    }
    classWeights = List.copyOf(classWeights);
    if (classWeights.stream().anyMatch(weight -> !(weight >= 0 && weight <= Float.MAX_VALUE))) {
      throw new IllegalArgumentException(
          "class weights " + classWeights + ", expected numbers of at least 0");
    }
    if (!head.showsImage() && !(pictures.isEmpty() && classWeights.isEmpty())) {
      throw new IllegalArgumentException(
          "pictures or class weights with the views "
              + head.views()
              + " alone, expected the image itself among them");
    }
    EnumSet<DiagnosticMap> copy = EnumSet.noneOf(DiagnosticMap.class);
    copy.addAll(pictures);
    pictures = Collections.unmodifiableSet(copy);
  }
}
