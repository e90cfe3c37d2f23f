package dev.flipside.models.scoring.measure;

import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;
import java.util.Map;

/**
 * Softmax of logits {@code [N,C,H,W]} over the classes, in the parts that the measures need: with
 * {@code z = x - max x} and {@code e = exp z}, the entropy is {@code ln Σe - Σe·z / Σe}. Takes a
 * tenth of the time of LogSoftmax, and is never negative. A pixel with a NaN or +infinite logit, or
 * with only -infinite ones, has no distribution; its measures are NaN.
 */
final class Softmax implements Distribution {
  /** Below this value exp is 0 in float32. Prevents 0 · -infinity in the sums. */
  private static final float SMALLEST_EXPONENT = -200;

  private static final int CLASSES = 1;

  private final OnnxOps ops;
  private final OnnxValue exponents;
  private final OnnxValue weights;
  private final OnnxValue total;
  private final OnnxValue guard;

  /** Creates the distribution of logits, which may be -infinite for excluded classes. */
  Softmax(OnnxOps ops, OnnxValue logits) {
    this.ops = ops;
    OnnxValue differences = ops.op("Sub", logits, ops.reduceMax(logits, CLASSES, true));
    // NaN exactly where the distribution is undefined: no difference is above 0, so a sum of them
    // is finite, -infinite or NaN. Max and Clip may drop a NaN, a sum cannot.
    this.guard = ops.reduceSum(differences, CLASSES, true);
    this.exponents = ops.clipMin(differences, SMALLEST_EXPONENT);
    this.weights = ops.op("Exp", exponents);
    this.total = ops.reduceSum(weights, CLASSES, true);
  }

  /** Returns the Shannon entropy in nats, {@code [N,1,H,W]}, 0 to ln C. */
  @Override
  public OnnxValue entropy() {
    OnnxValue weighted = ops.reduceSum(ops.op("Mul", weights, exponents), CLASSES, true);
    return guarded(ops.op("Sub", ops.op("Log", total), ops.op("Div", weighted, total)));
  }

  /**
   * Returns the probability of the most likely class, {@code [N,1,H,W]}; its unnormalized value is
   * exp 0.
   */
  @Override
  public OnnxValue confidence() {
    return guarded(ops.op("Reciprocal", total));
  }

  @Override
  public OnnxValue leastConfidence() {
    return ops.op("Sub", ops.scalar(1), confidence());
  }

  /** {@inheritDoc} With one class, the margin is 1. */
  @Override
  public OnnxValue margin(int classes) {
    if (classes == 1) {
      return leastConfidence();
    }
    OnnxValue largest =
        ops.graph().nodes("TopK", 2, Map.of("axis", (long) CLASSES), weights, ops.longs(2)).get(0);
    OnnxValue first = ops.slice(largest, CLASSES, 0, 1);
    OnnxValue second = ops.slice(largest, CLASSES, 1, 2);
    OnnxValue margin = ops.op("Div", ops.op("Sub", first, second), total);
    return guarded(ops.op("Sub", ops.scalar(1), margin));
  }

  /** Returns the probabilities, {@code [N,C,H,W]}; NaN in all classes if undefined. */
  @Override
  public OnnxValue probabilities() {
    return guarded(ops.op("Div", weights, total));
  }

  /** Returns one vote for the most likely class, {@code [N,C,H,W]}; for the first of equal ones. */
  @Override
  public OnnxValue vote(int classes) {
    OnnxValue best =
        ops.graph().node("ArgMax", Map.of("axis", (long) CLASSES, "keepdims", 0L), weights);
    OnnxValue depth = ops.longs(classes);
    OnnxValue oneHot =
        ops.graph()
            .node(
                "OneHot",
                Map.of("axis", (long) CLASSES),
                best,
                depth,
                ops.floats(new float[] {0, 1}, 2));
    return guarded(oneHot);
  }

  /** Returns {@code -Σ p·ln p} over the classes, with 0 where p is 0. */
  static OnnxValue entropyOf(OnnxOps ops, OnnxValue p) {
    OnnxValue logarithm = ops.op("Log", ops.op("Max", p, ops.scalar(Float.MIN_NORMAL)));
    return ops.op("Neg", ops.reduceSum(ops.op("Mul", p, logarithm), CLASSES, true));
  }

  private OnnxValue guarded(OnnxValue value) {
    return ops.op("Where", ops.op("IsNaN", guard), guard, value);
  }
}
