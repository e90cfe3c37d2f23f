package dev.flipside.trainer.net;

import ai.djl.ndarray.NDArray;
import dev.flipside.trainer.engine.Torch;

/**
 * One named tensor of a network, in torchvision's naming.
 *
 * @param name for example {@code backbone.layer1.0.conv1.weight}
 * @param value the tensor, float32; owned by the network
 * @param trained whether gradient descent changes it; otherwise it is a running statistic of a
 *     batch normalisation
 */
public record Parameter(String name, NDArray value, boolean trained) {
  /** Lengths of the axes. */
  public long[] shape() {
    return value.getShape().getShape();
  }

  /**
   * Replaces the values.
   *
   * @param values row-major
   * @throws IllegalArgumentException if there are not as many as the shape holds
   */
  public void set(float[] values) {
    Torch.replace(value, values, trained);
  }

  /** A copy of the values, row-major. */
  public float[] values() {
    return value.toFloatArray();
  }
}
