package dev.flipside.scorer.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import dev.flipside.scorer.inference.gpu.GpuRuntime;
import dev.flipside.scorer.inference.gpu.LibraryReport;
import dev.flipside.scorer.inference.gpu.LibraryRequirements;
import dev.flipside.scorer.inference.gpu.NvidiaGpus;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Diagnoses the execution providers of this machine and chooses one for a run. */
public final class ExecutionProviders {
  private static final String CUDA = "cuda";
  private static final String TENSORRT = "tensorrt";

  private final Set<OrtProvider> built;
  private final GpuRuntime gpu;

  ExecutionProviders(Set<OrtProvider> built, GpuRuntime gpu) {
    this.built = built;
    this.gpu = gpu;
  }

  /** Initialized on first use. */
  private static final class Here {
    static final ExecutionProviders PROVIDERS =
        new ExecutionProviders(OrtEnvironment.getAvailableProviders(), GpuRuntime.here());
  }

  /**
   * Starts loading ONNX Runtime in the background (about 0.2 s) and returns immediately. Useful if
   * other work, such as reading the model, comes first. A failure is reported by the first call
   * that needs ONNX Runtime.
   */
  public static void startAhead() {
    OrtSessions.startAhead();
  }

  /** Returns the version of ONNX Runtime. */
  public static String runtimeVersion() {
    return OrtSessions.environment().getVersion();
  }

  private static ExecutionProviders here() {
    return Here.PROVIDERS;
  }

  /** Diagnoses CPU, CUDA and TensorRT on this machine without loading a library. */
  public static List<ProviderDiagnosis> diagnose() {
    ExecutionProviders here = here();
    return List.of(
        here.diagnose(ExecutionProvider.CPU),
        here.diagnose(ExecutionProvider.CUDA),
        here.diagnose(ExecutionProvider.TENSORRT));
  }

  /**
   * Chooses the execution provider for a run. A provider requested by name is used or refused,
   * never replaced.
   *
   * @throws InferenceException if the requested provider cannot be used on this machine or does not
   *     support the requested precision
   */
  public static ProviderChoice choose(SessionOptions options) {
    return here().chooseFor(options);
  }

  ProviderChoice chooseFor(SessionOptions options) {
    ProviderChoice choice =
        switch (options.provider()) {
          case CPU -> processor(options, "requested");
          case AUTO -> automatic(options);
          case CUDA, TENSORRT -> require(options);
        };
    requirePrecision(choice);
    return choice;
  }

  private ProviderChoice automatic(SessionOptions options) {
    ProviderDiagnosis cuda = diagnose(ExecutionProvider.CUDA);
    return cuda.usable()
        ? new ProviderChoice(
            ExecutionProvider.CUDA,
            options.precision(),
            options.gpus().of(gpu.gpus().count()),
            "auto: " + String.join("; ", cuda.findings()))
        : processor(
            options,
            wantsGpu(options) ? "auto: CUDA cannot be used: " + cuda.findings().get(0) : "auto");
  }

  /** Without a GPU and a build for one, nobody waits for an explanation. */
  private boolean wantsGpu(SessionOptions options) {
    return gpu.gpus().count() > 0
        || built.contains(OrtProvider.CUDA)
        || options.precision() != Precision.FP32;
  }

  private static ProviderChoice processor(SessionOptions options, String reason) {
    return new ProviderChoice(
        ExecutionProvider.CPU, options.precision(), List.of(0), threads(options) + ", " + reason);
  }

  private static String threads(SessionOptions options) {
    return options.threads() + (options.threads() == 1 ? " thread" : " threads");
  }

  private ProviderChoice require(SessionOptions options) {
    ExecutionProvider provider = options.provider();
    ProviderDiagnosis diagnosis = diagnose(provider);
    if (!diagnosis.usable()) {
      throw new InferenceException(
          "provider "
              + provider
              + " cannot be used: "
              + String.join("; ", diagnosis.findings())
              + "; use cpu or auto to run on the CPU",
          null);
    }
    return new ProviderChoice(
        provider, options.precision(), options.gpus().of(gpu.gpus().count()), "requested");
  }

  private static void requirePrecision(ProviderChoice choice) {
    if (choice.precision() == Precision.FP16 && choice.provider() == ExecutionProvider.CPU) {
      throw new InferenceException(
          "--precision fp16 on cpu ("
              + choice.reason()
              + "): CPUs are no faster in float16; expected --provider cuda or tensorrt, or fp32"
              + " with an int8 model, see flipside models quantize",
          null);
    }
  }

  ProviderDiagnosis diagnose(ExecutionProvider provider) {
    List<String> findings = new ArrayList<>();
    boolean usable =
        switch (provider) {
          case CPU -> findings.add("available");
          case CUDA -> isBuilt(OrtProvider.CUDA, findings) && isComplete(findings, CUDA);
          case TENSORRT ->
              isBuilt(OrtProvider.TENSOR_RT, findings) && isComplete(findings, CUDA, TENSORRT);
          case AUTO -> throw new IllegalArgumentException("auto cannot be diagnosed");
        };
    return new ProviderDiagnosis(provider, usable, findings);
  }

  /** Checks for a GPU and all libraries, and reports everything that is missing. */
  private boolean isComplete(List<String> findings, String... providers) {
    boolean complete = hasGpu(findings);
    for (String provider : providers) {
      complete = hasLibraries(provider, findings) && complete;
    }
    return complete;
  }

  private boolean isBuilt(OrtProvider provider, List<String> findings) {
    if (built.contains(provider)) {
      return true;
    }
    findings.add(
        "ONNX Runtime "
            + (gpu.gpus().count() > 0 ? "here is" : "is")
            + " the version for CPUs; use one for GPUs (docs/gpu.md)");
    return false;
  }

  private boolean hasGpu(List<String> findings) {
    NvidiaGpus gpus = gpu.gpus();
    findings.add(
        gpus.count() > 0
            ? gpus.count()
                + (gpus.count() == 1 ? " NVIDIA GPU is visible: " : " NVIDIA GPUs are visible: ")
                + String.join("; ", gpus.gpus())
                + (gpus.driver().isEmpty() ? "" : "; driver " + gpus.driver())
            : "no NVIDIA GPU is visible (no driver, none passed into the container, or"
                + " CUDA_VISIBLE_DEVICES is empty)");
    return gpus.count() > 0;
  }

  private boolean hasLibraries(String provider, List<String> findings) {
    String file = GpuRuntime.fileName(provider);
    Optional<LibraryRequirements> needs;
    try {
      needs = gpu.requirements(provider);
    } catch (UncheckedIOException e) {
      findings.add("a library cannot be read: " + e.getMessage());
      return false;
    }
    if (needs.isEmpty()) {
      findings.add(file + " is missing beside ONNX Runtime's other libraries");
      return false;
    }
    needs.get().cuda().ifPresent(cuda -> findings.add(file + " needs CUDA " + cuda));
    LibraryReport report = new LibraryReport(needs.get(), gpu.folders());
    findings.addAll(report.findings());
    Optional<String> driver = report.oldDriver(gpu.gpus());
    driver.ifPresent(findings::add);
    return needs.get().missing().isEmpty() && driver.isEmpty();
  }

  /**
   * Loads the libraries that a provider needs. Returns immediately for the CPU.
   *
   * @throws InferenceException if one cannot be loaded
   */
  static void loadLibraries(ExecutionProvider provider) {
    try {
      if (provider != ExecutionProvider.CPU) {
        here().gpu.load(CUDA);
      }
      if (provider == ExecutionProvider.TENSORRT) {
        here().gpu.load(TENSORRT);
      }
    } catch (UnsatisfiedLinkError | UncheckedIOException e) {
      throw new InferenceException(
          provider + " cannot be used: " + e.getMessage() + "; see flipside doctor", e);
    }
  }
}
