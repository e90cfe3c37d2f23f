package dev.flipside.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.flipside.models.domain.ClassMap;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Pixel-wise cross-entropy of one view (Eq. 5b): the mean of {@code -ln P[label]} over all labelled
 * pixels of the batch, weighted by class where weights are given. A pixel with the ignore index
 * does not count; a batch without a labelled pixel costs exactly 0 and has zero gradient.
 */
public final class MaskedCrossEntropy implements AutoCloseable {
  private final float[] table;
  private final NDArray weightOfId;
  private final int classes;

  private MaskedCrossEntropy(float[] table, NDArray weightOfId, int classes) {
    this.table = table;
    this.weightOfId = weightOfId;
    this.classes = classes;
  }

  /**
   * A loss for the classes of a map.
   *
   * @param classWeights one weight of at least 0 for each class, or none for equal weights
   * @param manager where the table of weights is kept until it or the loss is closed
   * @throws IllegalArgumentException if there are weights but not one for each class, or one is
   *     negative
   */
  public static MaskedCrossEntropy open(
      ClassMap classes, List<Float> classWeights, NDManager manager) {
    if (!classWeights.isEmpty() && classWeights.size() != classes.count()) {
      throw new IllegalArgumentException(
          classWeights.size() + " class weights, expected none or " + classes.count());
    }
    float[] table = new float[256];
    for (int id = 0; id < classes.count(); id++) {
      table[id] = classWeights.isEmpty() ? 1 : classWeights.get(id);
      if (!(table[id] >= 0 && Float.isFinite(table[id]))) {
        throw new IllegalArgumentException(
            "class weight " + table[id] + " of class " + id + ", expected a number of at least 0");
      }
    }
    return new MaskedCrossEntropy(table, manager.create(table), classes.count());
  }

  /**
   * The loss, a scalar that carries gradient to the logits.
   *
   * @param logits {@code [N,C,H,W]} float32, in the coordinates of the labels
   * @param labels {@code [N,H,W]} int64: class ids, and the ignore index elsewhere
   */
  public NDArray of(NDArray logits, NDArray labels) {
    try (NDArray weights = weightOfId.take(labels);
        NDArray total = weights.sum();
        // Nothing labelled: 0 divided by the smallest normal number is 0, and so is the gradient.
        NDArray divisor = total.maximum(Float.MIN_NORMAL);
        NDArray known = labels.minimum(classes - 1);
        NDArray index = known.expandDims(1);
        NDArray logProbabilities = logits.logSoftmax(1);
        NDArray picked = logProbabilities.gather(index, 1);
        NDArray squeezed = picked.squeeze(1);
        NDArray weighted = squeezed.mul(weights);
        NDArray sum = weighted.sum();
        NDArray mean = sum.div(divisor)) {
      return mean.neg();
    }
  }

  /** Sum of the weights of the labelled pixels, by which the sum of the loss is divided. */
  double labelledMass(ByteBuffer labels) {
    double mass = 0;
    for (int i = 0; i < labels.limit(); i++) {
      mass += table[labels.get(i) & 0xFF];
    }
    return mass;
  }

  @Override
  public void close() {
    weightOfId.close();
  }
}
