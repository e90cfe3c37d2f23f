package dev.flipside.models.scoring;

import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;

/**
 * Dropout masks that are a function of the image, the pass and the dropout layer alone, not of the
 * batch or of what was scored before. ONNX's random operators cannot do this: their generator runs
 * on from run to run.
 *
 * <p>The number of an element is hashed with the seed of its image by three rounds of {@code h =
 * (h² + k) mod p}, p = 2³¹ − 1, in int64, which all execution providers compute alike.
 */
final class DropoutMasks {
  /** Largest prime below 2³¹; squares of smaller numbers fit into int64. */
  static final long PRIME = Integer.MAX_VALUE;

  private static final long[] MULTIPLIERS = {48271, 69621, 16807};

  private final OnnxOps ops;
  private final OnnxValue seeds;
  private final long rows;

  /**
   * @param seeds int64 {@code [rows]}, 0 to p − 1: the seed of each image of a batch
   */
  DropoutMasks(OnnxOps ops, OnnxValue seeds, long rows) {
    this.ops = ops;
    this.seeds = ops.unsqueeze(seeds, 1);
    this.rows = rows;
  }

  /**
   * Returns whether each element is kept, bool, of the shape of {@code x}.
   *
   * @param x tensor of the model whose first axis is that of the images; of another one, masks
   *     depend on the batch
   * @param ratio share of the elements to drop, a scalar
   * @param pass number of the pass
   * @param place number of the dropout layer in the model
   */
  OnnxValue kept(OnnxValue x, OnnxValue ratio, int pass, int place) {
    OnnxValue rounded = ops.op("Add", ops.op("Size", x), ops.longScalar(rows - 1));
    OnnxValue elements = ops.op("Div", rounded, ops.longScalar(rows));
    OnnxValue numbers =
        ops.unsqueeze(ops.op("Range", ops.longScalar(0), elements, ops.longScalar(1)), 0);
    OnnxValue hash = ops.op("Add", numbers, seeds);
    for (int round = 0; round < MULTIPLIERS.length; round++) {
      OnnxValue reduced = mod(hash);
      OnnxValue key =
          mod(
              ops.op(
                  "Add",
                  ops.op("Mul", seeds, ops.longScalar(MULTIPLIERS[round])),
                  ops.longScalar(constant(pass, place, round))));
      hash = ops.op("Add", ops.op("Mul", reduced, reduced), key);
    }
    OnnxValue uniform = ops.cast(mod(hash), TensorType.FLOAT32);
    OnnxValue dropped = ops.op("Less", uniform, ops.op("Mul", ratio, ops.scalar((float) PRIME)));
    OnnxValue flat = ops.op("Reshape", ops.op("Not", dropped), ops.longs(-1));
    OnnxValue size = ops.unsqueeze(ops.op("Size", x), 0);
    OnnxValue whole = ops.op("Slice", flat, ops.longs(0), size, ops.longs(0));
    return ops.op("Reshape", whole, ops.op("Shape", x));
  }

  private OnnxValue mod(OnnxValue x) {
    return ops.op("Mod", x, ops.longScalar(PRIME));
  }

  private static long constant(int pass, int place, int round) {
    return (1_000_003L * (pass + 1) + 7_919L * (place + 1) + 104_729L * round) % PRIME;
  }
}
