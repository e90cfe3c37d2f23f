package dev.flipside.scorer.inference.gpu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Describes, for a user, what a provider needs, what was found where, and what to do. */
public final class LibraryReport {
  private static final Pattern VERSIONED = Pattern.compile("lib(.+)\\.so\\.(\\d+).*");

  /** Oldest driver per CUDA version. Source: CUDA Toolkit Release Notes, minor compatibility. */
  private static final Map<Integer, Integer> DRIVERS = Map.of(11, 450, 12, 525, 13, 580);

  private final LibraryRequirements needs;
  private final LibraryFolders folders;

  /** Creates a report. */
  public LibraryReport(LibraryRequirements needs, LibraryFolders folders) {
    this.needs = needs;
    this.folders = folders;
  }

  /** Returns the findings, one a line. */
  public List<String> findings() {
    List<String> findings = new ArrayList<>();
    Map<Path, List<String>> byFolder = new LinkedHashMap<>();
    needs
        .found()
        .forEach(
            (name, file) ->
                byFolder
                    .computeIfAbsent(file.toAbsolutePath().getParent(), each -> new ArrayList<>())
                    .add(name));
    byFolder.forEach(
        (folder, names) -> findings.add("found in " + folder + ": " + String.join(", ", names)));
    if (!needs.missing().isEmpty()) {
      findings.add(missing());
    }
    return findings;
  }

  /** Returns why a driver is too old for the libraries, or empty. */
  public Optional<String> oldDriver(NvidiaGpus gpus) {
    OptionalInt cuda = needs.cuda();
    OptionalInt driver = gpus.driverMajor();
    if (cuda.isEmpty() || driver.isEmpty()) {
      return Optional.empty();
    }
    int oldest = DRIVERS.getOrDefault(cuda.getAsInt(), 0);
    return driver.getAsInt() >= oldest
        ? Optional.empty()
        : Optional.of(
            "the NVIDIA driver "
                + gpus.driver()
                + " is too old for CUDA "
                + cuda.getAsInt()
                + "; expected "
                + oldest
                + " or newer");
  }

  private String missing() {
    List<String> names = new ArrayList<>();
    Set<String> packages = new LinkedHashSet<>();
    Map<String, String> others = new TreeMap<>();
    for (String name : needs.missing()) {
      names.add(name + " (" + product(name) + ")");
      pythonPackage(name).ifPresent(packages::add);
      other(name).ifPresent(file -> others.put(name, file.toString()));
    }
    StringBuilder text = new StringBuilder("missing " + String.join(", ", names));
    if (!others.isEmpty()) {
      text.append("; other versions do not fit: ").append(String.join(", ", others.values()));
    }
    text.append("; searched in ")
        .append(folders.folders().stream().map(Path::toString).collect(Collectors.joining(", ")));
    text.append("; install them");
    if (!packages.isEmpty()) {
      text.append(", for example with pip install ").append(String.join(" ", packages));
    }
    text.append(", or add their folders to LD_LIBRARY_PATH");
    if (!others.isEmpty()) {
      text.append(", or use ONNX Runtime for the CUDA version that is installed (docs/gpu.md)");
    }
    return text.toString();
  }

  private Optional<Path> other(String name) {
    Matcher versioned = VERSIONED.matcher(name);
    return versioned.matches()
        ? folders.findAnyVersion("lib" + versioned.group(1) + ".so.")
        : Optional.empty();
  }

  private String product(String name) {
    Matcher versioned = VERSIONED.matcher(name);
    if (!versioned.matches()) {
      return "CUDA";
    }
    String stem = versioned.group(1);
    String version = versioned.group(2);
    if (stem.equals("cuda")) {
      return "the NVIDIA driver";
    }
    if (stem.startsWith("cudnn")) {
      return "cuDNN " + version + forCuda();
    }
    if (stem.startsWith("nvinfer") || stem.startsWith("nvonnxparser")) {
      return "TensorRT " + version + forCuda();
    }
    return needs.cuda().isPresent() ? "CUDA " + needs.cuda().getAsInt() : "CUDA";
  }

  private String forCuda() {
    return needs.cuda().isPresent() ? " for CUDA " + needs.cuda().getAsInt() : "";
  }

  /** Up to CUDA 12, NVIDIA's packages for Python carry the version in their names. */
  private Optional<String> pythonPackage(String name) {
    Matcher versioned = VERSIONED.matcher(name);
    if (!versioned.matches() || needs.cuda().isEmpty()) {
      return Optional.empty();
    }
    int cuda = needs.cuda().getAsInt();
    String suffix = "-cu" + cuda;
    String plain = cuda < 13 ? suffix : "";
    return switch (versioned.group(1)) {
      case "cudart" -> Optional.of("nvidia-cuda-runtime" + plain);
      case "cublas", "cublasLt" -> Optional.of("nvidia-cublas" + plain);
      case "cufft" -> Optional.of("nvidia-cufft" + plain);
      case "curand" -> Optional.of("nvidia-curand" + plain);
      case "nvrtc" -> Optional.of("nvidia-cuda-nvrtc" + plain);
      case "nvJitLink" -> Optional.of("nvidia-nvjitlink" + plain);
      case "cudnn" -> Optional.of("nvidia-cudnn" + suffix);
      case "nvinfer", "nvonnxparser" -> Optional.of("tensorrt" + suffix);
      default -> Optional.empty();
    };
  }
}
