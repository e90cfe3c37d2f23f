package dev.flipside.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.flipside.trainer.engine.Torch;
import org.jspecify.annotations.Nullable;

/** The terms of a batch's loss, scalars that carry gradient. */
public final class Loss implements AutoCloseable {
  private final NDArray crossEntropy;
  private final @Nullable NDArray consistency;
  private final NDArray total;

  Loss(NDArray crossEntropy, @Nullable NDArray consistency, double consistencyWeight) {
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

  /** Cross-entropy, plus weight times self-consistency: what is differentiated. */
  public NDArray total() {
    return total;
  }

  /** The terms as numbers; waits for the device. */
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
