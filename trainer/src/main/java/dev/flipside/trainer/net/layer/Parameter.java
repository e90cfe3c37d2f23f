package dev.flipside.trainer.net.layer;

import ai.djl.ndarray.NDArray;
import dev.flipside.trainer.engine.Torch;

/**
 * A named tensor of a network, with torchvision's name.
 *
 * @param name for example {@code backbone.layer1.0.conv1.weight}
 * @param value the tensor, float32; owned by the network
 * @param trained whether it is trained; otherwise it is a running statistic of batch normalization
 */
public record Parameter(String name, NDArray value, boolean trained) {
  /** Returns the shape. */
  public long[] shape() {
    return value.getShape().getShape();
  }

  /**
   * Replaces the values.
   *
   * @param values row-major
   * @throws IllegalArgumentException if the number of values does not match the shape
   */
  public void set(float[] values) {
    Torch.replace(value, values, trained);
  }

  /** Returns a copy of the values, row-major. */
  public float[] values() {
    return value.toFloatArray();
  }
}
