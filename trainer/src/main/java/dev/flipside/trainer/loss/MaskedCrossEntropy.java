package dev.flipside.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.flipside.models.domain.ClassMap;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Pixel-wise cross-entropy of a view (EquAL, Eq. 5b): the mean of {@code -ln P[label]} over all
 * labelled pixels of the batch, optionally weighted by class. Pixels with the ignore index do not
 * count; a batch without labelled pixels has loss 0 and zero gradient.
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
   * Creates the loss for a class map.
   *
   * @param classWeights weight per class, at least 0, or empty for equal weights
   * @param manager manager that owns the table of weights
   * @throws IllegalArgumentException if the number of weights differs from the number of classes,
   *     or a weight is negative
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
   * Returns the loss, a scalar with gradient to the logits.
   *
   * @param logits {@code [N,C,H,W]} float32, in the coordinates of the labels
   * @param labels {@code [N,H,W]} int64: class IDs or the ignore index
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

  /** Returns the sum of the weights of the labelled pixels, which divides the sum of the loss. */
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
