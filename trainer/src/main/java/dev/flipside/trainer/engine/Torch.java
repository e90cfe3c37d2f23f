package dev.flipside.trainer.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.flipside.models.domain.FlipsideException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DJL's PyTorch engine, started once in a process, offline: its native library comes from the class
 * path and nothing is sent or fetched. Before anything is computed on a CPU, a self-check compares
 * convolutions with a float64 reference; see {@link #convolutions}.
 */
public final class Torch {
  /** Environment variable: {@code off} switches oneDNN off, {@code auto} lets the check decide. */
  public static final String ONEDNN_VARIABLE = "FLIPSIDE_ONEDNN";

  private static final Logger LOG = LoggerFactory.getLogger(Torch.class);

  private Torch() {}

  /** The engine. */
  public static Engine engine() {
    return Started.ENGINE;
  }

  /**
   * A new top-level owner of native arrays on a device; whoever asked closes it.
   *
   * @throws FlipsideException if the device is a CPU that computes wrong convolutions
   */
  public static NDManager manager(Device device) {
    if (!device.isGpu()) {
      convolutions().requireUsable();
    }
    return engine().newBaseManager(device);
  }

  /**
   * The kernels that compute convolutions on the CPU. The first call in a process runs the
   * self-check, and switches oneDNN off where it computes wrong, for the whole process.
   */
  public static BackendChoice convolutions() {
    return Checked.CHOICE;
  }

  /** The name of what computes convolutions on a device, for its records. */
  public static String backend(Device device) {
    if (device.isGpu()) {
      return "cuDNN";
    }
    ConvolutionBackend backend = convolutions().backend();
    String isa = System.getenv("ONEDNN_MAX_CPU_ISA");
    return backend == ConvolutionBackend.ONEDNN && isa != null
        ? backend + " (" + isa + ")"
        : backend.toString();
  }

  /** Compares a convolution on the CPU, with the kernels in use, with a float64 reference. */
  public static ConvolutionDeviation checkConvolution(ConvolutionShape shape) {
    convolutions();
    return deviation(shape);
  }

  private static ConvolutionDeviation deviation(ConvolutionShape shape) {
    try (NDManager manager = engine().newBaseManager(Device.cpu())) {
      return new ConvolutionCheck(new DjlConvolution(manager)).check(shape);
    }
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

  /** Checked on first use of a CPU. */
  private static final class Checked {
    static final BackendChoice CHOICE = check();

    private static BackendChoice check() {
      engine();
      LibtorchFlags flags = LibtorchFlags.loaded();
      try {
        flags.disableNnpack();
      } catch (FlipsideException e) {
        LOG.debug("NNPACK stays on", e);
      }
      BackendChoice choice =
          BackendChoice.make(
              System.getenv().getOrDefault(ONEDNN_VARIABLE, "auto"),
              () ->
                  ConvolutionShape.SELF_CHECK.stream()
                      .map(Torch::deviation)
                      .filter(each -> !each.acceptable())
                      .toList(),
              flags);
      if (choice.backend() == ConvolutionBackend.NATIVE) {
        LOG.warn("Training without oneDNN: {}", choice.reason());
      }
      return choice;
    }
  }
}
