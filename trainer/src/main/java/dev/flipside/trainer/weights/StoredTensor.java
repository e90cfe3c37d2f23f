package dev.flipside.trainer.weights;

import java.util.List;

/**
 * A tensor in a weights file.
 *
 * @param name name as stored
 * @param type type of its elements as stored
 * @param shape lengths of its axes, empty for a scalar
 */
public record StoredTensor(String name, ElementType type, List<Long> shape) {
  /** Copies the shape. */
  public StoredTensor {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    long product = 1;
    for (long length : shape) {
      product = Math.multiplyExact(product, length);
    }
    return product;
  }
}
