package dev.flipside.models.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;

/** How many bytes a tensor must have, by its type and shape, and how many it has. */
final class TensorBytes {
  /** Sizes in half bytes by ONNX type code; 0 where a constant of that type has no use here. */
  private static final int[] HALF_BYTES = {
    0, 8, 2, 2, 4, 4, 8, 16, 0, 2, 4, 16, 8, 16, 16, 32, 4, 2, 2, 2, 2, 1, 1, 1
  };

  private TensorBytes() {}

  /**
   * Number of bytes by type and shape.
   *
   * @throws RefusedModel if the type is unknown, a length negative, or the size 2 GiB or more
   */
  static long expected(TensorProto tensor) {
    long halves = halves(tensor);
    for (long dim : tensor.getDimsList()) {
      if (dim < 0) {
        throw new RefusedModel(named(tensor) + " has a side of length " + dim);
      }
      long high = Math.multiplyHigh(halves, dim);
      halves = halves * dim;
      if (high != 0 || halves < 0 || halves > 2L * Integer.MAX_VALUE) {
        throw new RefusedModel(
            named(tensor) + " of shape " + tensor.getDimsList() + " is 2 GiB or larger");
      }
    }
    return (halves + 1) / 2;
  }

  /**
   * Checks that a tensor holds what its shape says.
   *
   * @throws RefusedModel if it does not
   */
  static void requireConsistent(TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0) {
      throw new RefusedModel(
          named(tensor)
              + " of a function lies in another file; save the model with its weights inside");
    }
    long expected = expected(tensor);
    long found =
        tensor.hasRawData() && !tensor.getRawData().isEmpty()
            ? tensor.getRawData().size()
            : typed(tensor);
    if (found != expected) {
      throw new RefusedModel(
          named(tensor)
              + " of shape "
              + tensor.getDimsList()
              + " holds "
              + found
              + " bytes, expected "
              + expected);
    }
    if (tensor.hasSegment()) {
      throw new RefusedModel(named(tensor) + " is a segment of a larger one");
    }
  }

  static String named(TensorProto tensor) {
    String name = tensor.getName();
    return "constant \"" + (name.length() > 80 ? name.substring(0, 80) + "…" : name) + "\"";
  }

  private static long halves(TensorProto tensor) {
    int type = tensor.getDataType();
    int halves = type >= 0 && type < HALF_BYTES.length ? HALF_BYTES[type] : 0;
    if (halves == 0) {
      throw new RefusedModel(named(tensor) + " has elements of type " + type + ", not numbers");
    }
    return halves;
  }

  /** Bytes of the elements that are written one by one; 4-bit ones lie two in an element. */
  private static long typed(TensorProto tensor) {
    return switch (tensor.getDataType()) {
      case 1, 14 -> 4L * tensor.getFloatDataCount();
      case 7 -> 8L * tensor.getInt64DataCount();
      case 11, 15 -> 8L * tensor.getDoubleDataCount();
      case 12 -> 4L * tensor.getUint64DataCount();
      case 13 -> 8L * tensor.getUint64DataCount();
      case 21, 22, 23 -> tensor.getInt32DataCount();
      default -> halves(tensor) * tensor.getInt32DataCount() / 2;
    };
  }
}
