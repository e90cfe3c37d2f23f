package dev.flipside.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.flipside.trainer.net.layer.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Adam as in PyTorch: β = (0.9, 0.999), ε = 1e-8, L2 weight decay added to the gradient. The
 * moments can be read and written, so that a run resumes exactly.
 */
final class Adam implements AutoCloseable {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final double EPSILON = 1e-8;

  private final NDManager manager;
  private final float weightDecay;
  private final List<Moments> moments = new ArrayList<>();
  private long steps;

  /** Creates an optimizer with zero moments for the trainable weights, on their device. */
  Adam(List<Parameter> weights, double weightDecay, NDManager manager) {
    this.manager = manager;
    this.weightDecay = (float) weightDecay;
    for (Parameter weight : weights) {
      if (weight.trained()) {
        moments.add(
            new Moments(
                weight,
                manager.zeros(weight.value().getShape(), DataType.FLOAT32),
                manager.zeros(weight.value().getShape(), DataType.FLOAT32)));
      }
    }
  }

  /** Updates every trainable weight by its gradient and sets the gradient to zero. */
  void step(double learningRate) {
    steps++;
    double correction1 = 1 - Math.pow(BETA1, (double) steps);
    double correction2 = Math.sqrt(1 - Math.pow(BETA2, (double) steps));
    // PyTorch divides by √v/c₂ + ε; scaled by c₂ that is √v + ε·c₂, which is what the engine adds.
    float rate = (float) (learningRate * correction2 / correction1);
    float epsilon = (float) (EPSILON * correction2);
    for (Moments each : moments) {
      NDArray value = each.weight().value();
      try (NDArray gradient = value.getGradient()) {
        value
            .getNDArrayInternal()
            .adamUpdate(
                new NDList(value, gradient, each.first(), each.second()),
                new NDList(value),
                rate,
                rate,
                weightDecay,
                1,
                -1,
                BETA1,
                BETA2,
                epsilon,
                false,
                false);
      }
    }
  }

  /** Returns the number of updates so far. */
  long steps() {
    return steps;
  }

  /** Sets the number of updates, to resume a run. The moments are written into {@link #moments}. */
  void resumeAt(long steps) {
    this.steps = steps;
  }

  /** Returns the moments of each trainable weight, to be read or overwritten. */
  List<Moments> moments() {
    return List.copyOf(moments);
  }

  @Override
  public void close() {
    manager.close();
  }

  /** Running means of the gradient of a weight and of its square. */
  record Moments(Parameter weight, NDArray first, NDArray second) {}
}
