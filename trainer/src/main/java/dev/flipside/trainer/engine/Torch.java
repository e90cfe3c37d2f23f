package dev.flipside.trainer.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import dev.flipside.models.domain.FlipsideException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DJL's PyTorch engine, started once per process, offline: its native library comes from the class
 * path, and nothing is downloaded or sent. Before the first computation on a CPU, a self-check
 * compares convolutions with a float64 reference; see {@link #convolutions}.
 */
public final class Torch {
  /** Environment variable: {@code off} switches oneDNN off, {@code auto} lets the check decide. */
  public static final String ONEDNN_VARIABLE = "FLIPSIDE_ONEDNN";

  private static final Logger LOG = LoggerFactory.getLogger(Torch.class);

  private Torch() {}

  /**
   * Returns the engine.
   *
   * @throws FlipsideException if its libraries cannot be unpacked or loaded
   */
  public static Engine engine() {
    Engine engine = Started.RESULT.engine();
    if (engine == null) {
      throw new FlipsideException(Started.RESULT.failure());
    }
    return engine;
  }

  /**
   * Creates a top-level manager of native arrays on a device. The caller closes it.
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
   * Returns the convolution backend of the CPU. The first call in a process runs the self-check,
   * and switches oneDNN off for the whole process if its results are wrong.
   */
  public static BackendChoice convolutions() {
    return Checked.CHOICE;
  }

  /** Returns the name of the convolution backend of a device, for provenance. */
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

  /** Compares a convolution on the CPU, with the current kernels, with a float64 reference. */
  public static ConvolutionDeviation checkConvolution(ConvolutionShape shape) {
    convolutions();
    return deviation(shape);
  }

  private static ConvolutionDeviation deviation(ConvolutionShape shape) {
    try (NDManager manager = engine().newBaseManager(Device.cpu())) {
      return new ConvolutionCheck(new DjlConvolution(manager)).check(shape);
    }
  }

  /** Runs an action without recording operations for gradients on this thread. */
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
   * @param gradient whether the array accumulates a gradient
   * @throws IllegalArgumentException if the number of values does not match the shape
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

  /** Copies the values of an array of the same shape, possibly from another device. */
  public static void copy(NDArray from, NDArray to) {
    withoutGradient(
        () -> {
          from.copyTo(to);
          return to;
        });
  }

  /**
   * Returns an array in the engine's own memory; one created from Java data is in Java's memory.
   */
  public static NDArray create(NDManager manager, float[] values, Shape shape) {
    try (NDArray borrowed = manager.create(values, shape)) {
      return borrowed.duplicate();
    }
  }

  /**
   * Multiplies an array by a number, with gradient. The engine keeps the factor until the backward
   * pass; {@link NDArray#mul(Number)} would leave it in Java's memory, where it may be garbage
   * collected before.
   */
  public static NDArray scaled(NDArray array, double factor) {
    try (NDArray kept = create(array.getManager(), new float[] {(float) factor}, new Shape())) {
      return array.mul(kept);
    }
  }

  /** Initialized on first use. A failure is kept: class initialization runs once. */
  private static final class Started {
    static final Result RESULT = start();

    /**
     * @param engine null after a failure
     */
    record Result(@Nullable Engine engine, String failure) {}

    private static Result start() {
      System.setProperty("ai.djl.offline", "true");
      System.setProperty("OPT_OUT_TRACKING", "true");
      try {
        return new Result(Engine.getEngine("PyTorch"), "");
      } catch (RuntimeException | LinkageError e) {
        LOG.debug("PyTorch does not start", e);
        Throwable cause = e;
        while (cause.getCause() != null) {
          cause = cause.getCause();
        }
        return new Result(
            null,
            "PyTorch's libraries cannot be unpacked into "
                + Utils.getCacheDir()
                + " and loaded from there: "
                + cause
                + "; name a folder in DJL_CACHE_DIR that is writable, has 500 MB free, and is not"
                + " mounted noexec");
      }
    }
  }

  /** Self-check, run on first use of a CPU. */
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
