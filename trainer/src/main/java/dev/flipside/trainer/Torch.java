package dev.flipside.trainer;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * DJL's PyTorch engine, started once in a process, offline: its native library comes from the class
 * path and nothing is sent or fetched.
 */
public final class Torch {
  private Torch() {}

  /** The engine. */
  public static Engine engine() {
    return Started.ENGINE;
  }

  /** A new top-level owner of native arrays on a device; whoever asked closes it. */
  public static NDManager manager(Device device) {
    return engine().newBaseManager(device);
  }

  /** Runs something without recording on this thread what gradients need. */
  public static <T> T withoutGradient(Supplier<T> body) {
    boolean recorded = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      return body.get();
    } finally {
      JniUtils.setGradMode(recorded);
    }
  }

  /**
   * Replaces the values of an array.
   *
   * @param values row-major
   * @param gradient whether the array collects a gradient
   * @throws IllegalArgumentException if there are not as many values as the array's shape holds
   */
  public static void replace(NDArray array, float[] values, boolean gradient) {
    Shape shape = array.getShape();
    if (values.length != shape.size()) {
      throw new IllegalArgumentException(
          values.length + " values for a tensor of shape " + shape + ", expected " + shape.size());
    }
    NDArray fresh = create(array.getManager(), values, shape);
    fresh.setRequiresGradient(gradient);
    array.intern(fresh);
  }

  /** Gives an array the values of another of the same shape, maybe on another device. */
  public static void copy(NDArray from, NDArray to) {
    withoutGradient(
        () -> {
          from.copyTo(to);
          return to;
        });
  }

  /** An array that lies in the engine's own memory. One made from Java data lies in Java's. */
  public static NDArray create(NDManager manager, float[] values, Shape shape) {
    try (NDArray borrowed = manager.create(values, shape)) {
      return borrowed.duplicate();
    }
  }

  /**
   * An array times a number, for what gradients flow through. The engine keeps the factor until the
   * backward pass; {@link NDArray#mul(Number)} would leave it in Java's memory, where the garbage
   * collector may take it before.
   */
  public static NDArray scaled(NDArray array, double factor) {
    try (NDArray kept = create(array.getManager(), new float[] {(float) factor}, new Shape())) {
      return array.mul(kept);
    }
  }

  /** Started on first use; a failure names its cause there. */
  private static final class Started {
    static final Engine ENGINE = start();

    private static Engine start() {
      System.setProperty("ai.djl.offline", "true");
      System.setProperty("OPT_OUT_TRACKING", "true");
      return Engine.getEngine("PyTorch");
    }
  }
}
