package dev.flipside.scorer.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Diagnoses the execution providers of this machine and chooses one for a run. */
public final class ExecutionProviders {
  /** Libraries that ONNX Runtime's CUDA provider loads, each with the product it is part of. */
  private static final Map<String, String> CUDA_LIBRARIES =
      libraries(
          "libcuda.so.1", "the NVIDIA driver, 525 or newer",
          "libcudart.so.12", "CUDA 12",
          "libcublas.so.12", "CUDA 12",
          "libcublasLt.so.12", "CUDA 12",
          "libcurand.so.10", "CUDA 12",
          "libcudnn.so.9", "cuDNN 9 for CUDA 12");

  private static final Map<String, String> TENSORRT_LIBRARIES =
      libraries(
          "libnvinfer.so.10", "TensorRT 10 for CUDA 12",
          "libnvonnxparser.so.10", "TensorRT 10 for CUDA 12");

  private final Set<OrtProvider> built;
  private final NativeLibraries libraries;
  private final int devices;

  ExecutionProviders(Set<OrtProvider> built, NativeLibraries libraries, int devices) {
    this.built = built;
    this.libraries = libraries;
    this.devices = devices;
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
    Map<String, String> environment = System.getenv();
    return new ExecutionProviders(
        OrtEnvironment.getAvailableProviders(),
        NativeLibraries.of(environment),
        visibleDevices(environment, Path.of("/proc/driver/nvidia/gpus")));
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
            devices,
            "auto: " + String.join("; ", cuda.findings()))
        : processor(
            options,
            wantsGpu(options) ? "auto: CUDA cannot be used: " + cuda.findings().get(0) : "auto");
  }

  /** Without a GPU and a build for one, nobody waits for an explanation. */
  private boolean wantsGpu(SessionOptions options) {
    return devices > 0 || built.contains(OrtProvider.CUDA) || options.precision() != Precision.FP32;
  }

  private static ProviderChoice processor(SessionOptions options, String reason) {
    return new ProviderChoice(
        ExecutionProvider.CPU, options.precision(), 1, threads(options) + ", " + reason);
  }

  private static String threads(SessionOptions options) {
    return options.threads() + (options.threads() == 1 ? " thread" : " threads");
  }

  private ProviderChoice require(SessionOptions options) {
    ExecutionProvider provider = options.provider();
    ProviderDiagnosis diagnosis = diagnose(provider);
    if (!diagnosis.usable()) {
      throw new InferenceException(
          "--provider "
              + provider
              + " cannot be used: "
              + String.join("; ", diagnosis.findings())
              + "; use --provider cpu or auto to run on the CPU",
          null);
    }
    return new ProviderChoice(provider, options.precision(), devices, "requested");
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
          case CUDA -> isBuilt(OrtProvider.CUDA, findings) && isComplete(findings, CUDA_LIBRARIES);
          case TENSORRT ->
              isBuilt(OrtProvider.TENSOR_RT, findings)
                  && isComplete(findings, CUDA_LIBRARIES, TENSORRT_LIBRARIES);
          case AUTO -> throw new IllegalArgumentException("auto cannot be diagnosed");
        };
    return new ProviderDiagnosis(provider, usable, findings);
  }

  /** Checks for a GPU and all libraries, and reports everything that is missing. */
  @SafeVarargs
  private boolean isComplete(List<String> findings, Map<String, String>... wanted) {
    boolean complete = hasGpu(findings);
    for (Map<String, String> libraries : wanted) {
      complete = has(libraries, findings) && complete;
    }
    return complete;
  }

  private boolean isBuilt(OrtProvider provider, List<String> findings) {
    if (built.contains(provider)) {
      return true;
    }
    findings.add("this build has the CPU version of ONNX Runtime only; build with -Pcuda");
    return false;
  }

  private boolean hasGpu(List<String> findings) {
    findings.add(
        devices > 0
            ? devices + (devices == 1 ? " NVIDIA GPU is" : " NVIDIA GPUs are") + " visible"
            : "no NVIDIA GPU is visible (no driver, none passed into the container, or"
                + " CUDA_VISIBLE_DEVICES is empty)");
    return devices > 0;
  }

  private boolean has(Map<String, String> wanted, List<String> findings) {
    List<String> missing = new ArrayList<>();
    wanted.forEach(
        (library, origin) -> {
          if (libraries.find(library).isEmpty()) {
            missing.add(library + " (" + origin + ")");
          }
        });
    if (missing.isEmpty()) {
      findings.add(wanted.size() + " libraries found: " + String.join(", ", wanted.keySet()));
      return true;
    }
    findings.add(
        "missing "
            + String.join(", ", missing)
            + "; searched in "
            + libraries.folders().stream().map(Path::toString).collect(Collectors.joining(", "))
            + "; install them or add their folders to LD_LIBRARY_PATH");
    return false;
  }

  /** Returns the number of GPUs visible to CUDA: those in CUDA_VISIBLE_DEVICES, else all. */
  static int visibleDevices(Map<String, String> environment, Path driver) {
    int present = 0;
    if (Files.isDirectory(driver)) {
      try (DirectoryStream<Path> gpus = Files.newDirectoryStream(driver)) {
        for (Path gpu : gpus) {
          present += Files.isDirectory(gpu) ? 1 : 0;
        }
      } catch (IOException e) {
        return 0;
      }
    }
    String visible = environment.get("CUDA_VISIBLE_DEVICES");
    if (visible == null) {
      return present;
    }
    int named = 0;
    for (String device : visible.split(",", -1)) {
      if (device.isBlank() || device.strip().startsWith("-")) {
        break; // CUDA ignores what follows a device that does not exist
      }
      named++;
    }
    return Math.min(present, named);
  }

  private static Map<String, String> libraries(String... pairs) {
    Map<String, String> libraries = new LinkedHashMap<>();
    for (int at = 0; at < pairs.length; at += 2) {
      libraries.put(pairs[at], pairs[at + 1]);
    }
    return libraries;
  }
}
