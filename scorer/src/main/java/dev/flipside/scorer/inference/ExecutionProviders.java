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

/** Which providers work on this machine, and which one a run will use. */
public final class ExecutionProviders {
  /** What ONNX Runtime's CUDA library asks the loader for, and where it comes from. */
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
   * Begins to start ONNX Runtime, which takes a fifth of a second, and does not wait for it: for
   * programs that have something else to do before they need it, such as reading the model. If it
   * fails, whoever needs it is told.
   */
  public static void startAhead() {
    OrtSessions.startAhead();
  }

  /** The version of ONNX Runtime. */
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

  /** What can be said of CPU, CUDA and TensorRT on this machine, without loading a library. */
  public static List<ProviderDiagnosis> diagnose() {
    ExecutionProviders here = here();
    return List.of(
        here.diagnose(ExecutionProvider.CPU),
        here.diagnose(ExecutionProvider.CUDA),
        here.diagnose(ExecutionProvider.TENSORRT));
  }

  /**
   * What will run a network. A provider that is asked for by name is used or refused, never
   * replaced.
   *
   * @throws InferenceException if the provider that is asked for cannot work here, or not in the
   *     precision that is asked for
   */
  public static ProviderChoice choose(SessionOptions options) {
    return here().chooseFor(options);
  }

  ProviderChoice chooseFor(SessionOptions options) {
    ProviderChoice choice =
        switch (options.provider()) {
          case CPU -> processor(options, "asked for");
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
        : processor(options, "auto: no CUDA because " + cuda.findings().get(0));
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
              + "; --provider cpu or auto runs on the processor",
          null);
    }
    return new ProviderChoice(provider, options.precision(), devices, "asked for");
  }

  private static void requirePrecision(ProviderChoice choice) {
    if (choice.precision() == Precision.FP16 && choice.provider() == ExecutionProvider.CPU) {
      throw new InferenceException(
          "--precision fp16 on cpu ("
              + choice.reason()
              + "): processors are no faster in float16; expected --provider cuda or tensorrt, or"
              + " fp32 with a network in 8 bits, which flipside models quantize makes",
          null);
    }
  }

  ProviderDiagnosis diagnose(ExecutionProvider provider) {
    List<String> findings = new ArrayList<>();
    boolean usable =
        switch (provider) {
          case CPU -> findings.add("always there");
          case CUDA -> isBuilt(OrtProvider.CUDA, findings) && isComplete(findings, CUDA_LIBRARIES);
          case TENSORRT ->
              isBuilt(OrtProvider.TENSOR_RT, findings)
                  && isComplete(findings, CUDA_LIBRARIES, TENSORRT_LIBRARIES);
          case AUTO ->
              throw new IllegalArgumentException("auto is no provider of its own to diagnose");
        };
    return new ProviderDiagnosis(provider, usable, findings);
  }

  /** Whether there is a GPU and every library; all that is missing is told at once. */
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
    findings.add(
        "this build carries ONNX Runtime for the processor only, build with -Pcuda to have"
            + " onnxruntime_gpu in its place");
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
      findings.add(wanted.size() + " libraries were found: " + String.join(", ", wanted.keySet()));
      return true;
    }
    findings.add(
        "missing "
            + String.join(", ", missing)
            + "; searched in "
            + libraries.folders().stream().map(Path::toString).collect(Collectors.joining(", "))
            + "; install what is missing or name its folder in LD_LIBRARY_PATH");
    return false;
  }

  /** GPUs that CUDA would number: those that the variable names, else those that the driver has. */
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
