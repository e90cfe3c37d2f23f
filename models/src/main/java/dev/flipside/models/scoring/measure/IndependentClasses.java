package dev.flipside.models.scoring.measure;

import dev.flipside.models.card.TensorType;
import dev.flipside.models.onnx.OnnxOps;
import dev.flipside.models.onnx.OnnxValue;

/**
 * Independent yes-or-no decisions, one for each class (multi-label): {@code p = sigmoid(x)} of
 * logits {@code [N,C,H,W]}. Each measure is the mean over the classes of the measure of the two
 * probabilities p and 1 - p. With {@code e = exp(-|x|)}, the entropy of a class is {@code ln(1+e) +
 * |x|·e/(1+e)}, which needs one exponential and no difference of large numbers.
 */
final class IndependentClasses implements Distribution {
  private static final int CLASSES = 1;

  private final OnnxOps ops;
  private final OnnxValue logits;
  private final OnnxValue distance;
  private final OnnxValue weight;
  private final OnnxValue total;

  IndependentClasses(OnnxOps ops, OnnxValue logits) {
    this.ops = ops;
    this.logits = logits;
    this.distance = ops.op("Abs", logits);
    this.weight = ops.op("Exp", ops.op("Neg", distance));
    this.total = ops.op("Add", ops.scalar(1), weight);
  }

  /** {@inheritDoc} From 0 to ln 2. */
  @Override
  public OnnxValue entropy() {
    OnnxValue tail = ops.op("Div", ops.op("Mul", distance, weight), total);
    return mean(ops.op("Add", ops.op("Log", total), tail));
  }

  @Override
  public OnnxValue confidence() {
    return mean(ops.op("Reciprocal", total));
  }

  @Override
  public OnnxValue leastConfidence() {
    return mean(ops.op("Div", weight, total));
  }

  @Override
  public OnnxValue margin(int classes) {
    OnnxValue margin = ops.op("Div", ops.op("Sub", ops.scalar(1), weight), total);
    return mean(ops.op("Sub", ops.scalar(1), margin));
  }

  @Override
  public OnnxValue probabilities() {
    return ops.op("Sigmoid", logits);
  }

  @Override
  public OnnxValue vote(int classes) {
    return ops.cast(ops.op("Greater", logits, ops.scalar(0)), TensorType.FLOAT32);
  }

  /** Returns the mean over the classes of {@code -p·ln p - (1-p)·ln(1-p)}. */
  static OnnxValue entropyOf(OnnxOps ops, OnnxValue p) {
    OnnxValue rest = ops.op("Sub", ops.scalar(1), p);
    OnnxValue smallest = ops.scalar(Float.MIN_NORMAL);
    OnnxValue yes = ops.op("Mul", p, ops.op("Log", ops.op("Max", p, smallest)));
    OnnxValue no = ops.op("Mul", rest, ops.op("Log", ops.op("Max", rest, smallest)));
    return ops.op("Neg", ops.reduceMean(ops.op("Add", yes, no), CLASSES, true));
  }

  private OnnxValue mean(OnnxValue perClass) {
    return ops.reduceMean(perClass, CLASSES, true);
  }
}
