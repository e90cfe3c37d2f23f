package dev.flipside.models.scoring;

import dev.flipside.models.domain.RegionGrid;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Request for a scoring graph.
 *
 * @param grid grid of regions on an image of a known size
 * @param batch batch size, 1 to 4096
 * @param head how a pixel is scored
 * @param pictures requested diagnostic maps
 * @param classWeights weight per class, finite and at least 0, which multiplies the measure at each
 *     pixel where the model predicts that class; empty for none. Larger weights for rare classes
 *     balance the selection.
 */
public record ScoringRequest(
    RegionGrid grid,
    int batch,
    ScoringSpec head,
    Set<DiagnosticMap> pictures,
    List<Float> classWeights) {
  /** Creates a request without class weights. */
  public ScoringRequest(RegionGrid grid, int batch, ScoringSpec head, Set<DiagnosticMap> pictures) {
    this(grid, batch, head, pictures, List.of());
  }

  /**
   * @throws IllegalArgumentException if {@code batch} is not 1 to 4096, a weight is negative or not
   *     finite, or maps or weights are requested without the image itself among the views
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
