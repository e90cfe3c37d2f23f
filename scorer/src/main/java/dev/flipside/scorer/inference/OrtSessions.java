package dev.flipside.scorer.inference;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Opens sessions of ONNX Runtime. */
final class OrtSessions {
  private static final long START_STACK = 64L << 20;

  private OrtSessions() {}

  /**
   * Returns the environment of this process. ONNX Runtime owns it; it is never closed.
   *
   * @throws InferenceException at every call, if ONNX Runtime cannot be started
   */
  static OrtEnvironment environment() {
    try {
      return Starting.ENVIRONMENT.get();
    } catch (ExecutionException e) {
      throw new InferenceException("ONNX Runtime cannot be started: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InferenceException("interrupted while ONNX Runtime started", e);
    }
  }

  /** Starts loading ONNX Runtime in the background, unless that was done before. */
  static void startAhead() {
    Starting.ENVIRONMENT.isDone();
  }

  /** Initialized on first use. */
  private static final class Starting {
    static final Future<OrtEnvironment> ENVIRONMENT = start();
  }

  /**
   * Starts ONNX Runtime on a thread with a large stack. Version 1.29 matches the command line of
   * the process with a recursive regular expression that needs about 300 bytes of stack per
   * character: a class path of 4,000 characters overflows the usual stack of 1 MiB and crashes the
   * process.
   */
  private static Future<OrtEnvironment> start() {
    FutureTask<OrtEnvironment> starting =
        new FutureTask<>(
            () -> {
              OrtEnvironment environment =
                  OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
              keepUntilExit();
              return environment;
            });
    Thread thread = new Thread(null, starting, "flipside-onnxruntime-start", START_STACK);
    thread.setDaemon(true);
    thread.start();
    return starting;
  }

  /**
   * Takes a second reference to the native environment, which is counted. The Java binding frees
   * its own in a shutdown hook, while runs may be in progress on other threads: the process would
   * crash in native code. The exit of the process frees the memory.
   */
  private static void keepUntilExit() {
    try {
      Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
      api.setAccessible(true);
      Method create =
          OrtEnvironment.class.getDeclaredMethod(
              "createHandle", long.class, int.class, String.class);
      create.setAccessible(true);
      create.invoke(
          null, api.getLong(null), OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR.getValue(), "flipside");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this version of ONNX Runtime frees its environment in another way", e);
    }
  }

  /**
   * Opens a session. The caller closes the returned session.
   *
   * @param model serialized model, not kept
   * @param provider execution provider, not {@code AUTO}
   * @param device index of the GPU, 0 on the CPU
   * @throws InferenceException if the model cannot be loaded or the provider cannot be used
   */
  static OrtSession open(
      ModelProto model, ExecutionProvider provider, SessionOptions options, int device) {
    try (OrtSession.SessionOptions native_ = new OrtSession.SessionOptions();
        OffHeapModel bytes = OffHeapModel.of(model)) {
      native_.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      native_.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      native_.setIntraOpNumThreads(options.threads());
      native_.setInterOpNumThreads(1);
      // A pattern would hold all activations twice: as the first run took them piece by piece, and
      // as one block.
      native_.setMemoryPatternOptimization(false);
      native_.addConfigEntry("session.intra_op.allow_spinning", options.spinning() ? "1" : "0");
      addProvider(native_, provider, options, device);
      return environment().createSession(bytes.buffer(), native_);
    } catch (OrtException e) {
      throw RuntimeMessages.exception(
          "the network cannot be loaded by ONNX Runtime on " + provider, e, "");
    }
  }

  /**
   * Opens a session on the CPU for a single run. Only basic optimizations are made: others take
   * longer than one run gains. The caller closes the returned session.
   *
   * @throws InferenceException if the model cannot be loaded
   */
  static OrtSession openForOneRun(ModelProto model) {
    try (OrtSession.SessionOptions native_ = new OrtSession.SessionOptions();
        OffHeapModel bytes = OffHeapModel.of(model)) {
      native_.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      native_.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
      native_.setInterOpNumThreads(1);
      native_.addConfigEntry("session.intra_op.allow_spinning", "0");
      return environment().createSession(bytes.buffer(), native_);
    } catch (OrtException e) {
      throw new InferenceException(
          "the network cannot be loaded by ONNX Runtime: "
              + RuntimeMessages.explained(e.getMessage()),
          e);
    }
  }

  private static void addProvider(
      OrtSession.SessionOptions session,
      ExecutionProvider provider,
      SessionOptions options,
      int device)
      throws OrtException {
    ExecutionProviders.loadLibraries(provider);
    if (provider == ExecutionProvider.TENSORRT) {
      try (OrtTensorRTProviderOptions tensorRt = tensorRt(options, device)) {
        session.addTensorrt(tensorRt);
      }
    }
    if (provider != ExecutionProvider.CPU) {
      try (OrtCUDAProviderOptions cuda = cuda(options, device)) {
        session.addCUDA(cuda);
      }
    }
  }

  @MustBeClosed
  private static OrtCUDAProviderOptions cuda(SessionOptions options, int device)
      throws OrtException {
    OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device);
    // An exhaustive search runs every algorithm on every shape; the shapes here are few and fixed.
    cuda.add("cudnn_conv_algo_search", "HEURISTIC");
    cuda.add("cudnn_conv_use_max_workspace", "1");
    if (options.deviceMemory() > 0) {
      cuda.add("gpu_mem_limit", Long.toString(options.deviceMemory()));
      cuda.add("arena_extend_strategy", "kSameAsRequested");
    }
    return cuda;
  }

  @MustBeClosed
  private static OrtTensorRTProviderOptions tensorRt(SessionOptions options, int device)
      throws OrtException {
    OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(device);
    tensorRt.add("trt_fp16_enable", options.precision() == Precision.FP16 ? "1" : "0");
    if (options.deviceMemory() > 0) {
      tensorRt.add("trt_max_workspace_size", Long.toString(options.deviceMemory()));
    }
    Path cache = options.engineCache();
    if (cache != null) {
      try {
        Files.createDirectories(cache);
      } catch (IOException e) {
        throw new InferenceException(
            cache + ": the folder for TensorRT's engines cannot be made: " + e, e);
      }
      tensorRt.add("trt_engine_cache_enable", "1");
      tensorRt.add("trt_engine_cache_path", cache.toString());
      tensorRt.add("trt_timing_cache_enable", "1");
      tensorRt.add("trt_timing_cache_path", cache.toString());
    }
    return tensorRt;
  }
}
