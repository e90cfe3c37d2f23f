package dev.flipside.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.flipside.trainer.engine.Torch;
import org.jspecify.annotations.Nullable;

/** The terms of the loss of a batch, as scalars with gradient. */
public final class LossTerms implements AutoCloseable {
  private final NDArray crossEntropy;
  private final @Nullable NDArray consistency;
  private final NDArray total;

  LossTerms(NDArray crossEntropy, @Nullable NDArray consistency, double consistencyWeight) {
    this.crossEntropy = crossEntropy;
    this.consistency = consistency;
    if (consistency == null) {
      total = crossEntropy;
    } else {
      try (NDArray weighted = Torch.scaled(consistency, consistencyWeight)) {
        total = crossEntropy.add(weighted);
      }
    }
  }

  /** Returns the total: cross-entropy plus weighted self-consistency. */
  public NDArray total() {
    return total;
  }

  /** Returns the terms as numbers. Synchronizes with the device. */
  public LossValues values() {
    return new LossValues(
        crossEntropy.getFloat(),
        consistency == null ? 0 : consistency.getFloat(),
        total.getFloat());
  }

  @Override
  public void close() {
    total.close();
    crossEntropy.close();
    if (consistency != null) {
      consistency.close();
    }
  }
}
