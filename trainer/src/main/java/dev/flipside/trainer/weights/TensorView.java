package dev.flipside.trainer.weights;

import dev.flipside.models.domain.FlipsideException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A tensor in a storage.
 *
 * @param storage the data, which several tensors may share
 * @param offset position of its first element in the storage, in elements
 * @param shape lengths of its axes
 * @param strides elements from one index to the next, for each axis
 */
record TensorView(Storage storage, long offset, List<Long> shape, List<Long> strides) {
  /**
   * Data that tensors share.
   *
   * @param key name of the data in the file
   * @param type type of the elements
   * @param elements number of elements
   */
  record Storage(String key, ElementType type, long elements) {
    /** Returns the number of bytes. */
    long bytes() {
      return Math.multiplyExact(elements, (long) type.bytes());
    }
  }

  /**
   * Refuses a tensor with elements outside of its storage, or a storage that is not whole.
   *
   * @param file file of the tensor, for the message
   * @param name name of the tensor
   * @param available bytes of the storage in the file
   */
  void requireInside(Path file, String name, long available) {
    try {
      long bytes = storage.bytes();
      long last = offset;
      long elements = 1;
      for (int axis = 0; axis < shape.size(); axis++) {
        elements = Math.multiplyExact(elements, shape.get(axis));
        long steps = Math.max(0, shape.get(axis) - 1);
        last = Math.addExact(last, Math.multiplyExact(steps, strides.get(axis)));
      }
      if (available >= bytes
          && bytes <= Integer.MAX_VALUE - 8
          && offset >= 0
          && (elements == 0 || last < storage.elements())
          && elements <= storage.elements()) {
        return;
      }
    } catch (ArithmeticException e) {
      // Falls through: a shape that overflows does not fit either.
    }
    throw new FlipsideException(
        file
            + ": tensor "
            + name
            + " of shape "
            + shape
            + " does not fit its storage of "
            + storage.elements()
            + " elements in an entry of "
            + available
            + " bytes; fetch or write the file again");
  }

  /**
   * Returns the values as float32, row-major.
   *
   * @param bytes the storage, little-endian
   */
  float[] values(ByteBuffer bytes) {
    ElementType type = storage.type();
    int elements = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    if (contiguous()) {
      int from = Math.toIntExact(offset) * type.bytes();
      return type.readAll(bytes.position(from).limit(from + elements * type.bytes()));
    }
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      long at = offset;
      long rest = i;
      for (int axis = shape.size() - 1; axis >= 0; axis--) {
        at += rest % shape.get(axis) * strides.get(axis);
        rest /= shape.get(axis);
      }
      values[i] = type.read(bytes, Math.toIntExact(at) * type.bytes());
    }
    return values;
  }

  private boolean contiguous() {
    long expected = 1;
    for (int axis = shape.size() - 1; axis >= 0; axis--) {
      long length = shape.get(axis);
      if (length != 1 && strides.get(axis) != expected) {
        return false;
      }
      expected *= length;
    }
    return true;
  }
}
