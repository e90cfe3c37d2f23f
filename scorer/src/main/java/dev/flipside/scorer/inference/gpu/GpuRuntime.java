package dev.flipside.scorer.inference.gpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What this machine offers to an execution provider for GPUs: devices, and the libraries that the
 * provider's own library needs.
 */
public final class GpuRuntime {
  /** Opened by the driver and by CUDA at run time, so that no library lists it as needed. */
  private static final String DRIVER = "libcuda.so.1";

  /** ONNX Runtime's system property for a folder with its libraries. */
  private static final String NATIVE_PATH = "onnxruntime.native.path";

  private static final String IN_JAR = "ai/onnxruntime/native/linux-x64/";

  private final NvidiaGpus gpus;
  private final LibraryFolders folders;
  private final Function<String, Optional<RandomAccessBytes>> libraries;
  private final Map<String, Optional<LibraryRequirements>> known = new ConcurrentHashMap<>();

  /**
   * Creates a runtime.
   *
   * @param libraries returns a library of ONNX Runtime by its file name
   */
  GpuRuntime(
      NvidiaGpus gpus,
      LibraryFolders folders,
      Function<String, Optional<RandomAccessBytes>> libraries) {
    this.gpus = gpus;
    this.folders = folders;
    this.libraries = libraries;
  }

  /** Returns the runtime of this machine and process. */
  public static GpuRuntime here() {
    Map<String, String> environment = System.getenv();
    Path root = Path.of("/");
    return new GpuRuntime(
        NvidiaGpus.visible(environment, root),
        LibraryFolders.of(environment, root),
        GpuRuntime::packaged);
  }

  /** Returns the runtime of a given machine, with ONNX Runtime's libraries in a folder. */
  public static GpuRuntime of(NvidiaGpus gpus, LibraryFolders folders, Path runtimeLibraries) {
    return new GpuRuntime(gpus, folders, name -> inFolder(runtimeLibraries, name));
  }

  private static Optional<RandomAccessBytes> packaged(String name) {
    String folder = System.getProperty(NATIVE_PATH, "");
    if (!folder.isBlank()) {
      return inFolder(Path.of(folder), name);
    }
    ClassLoader loader = GpuRuntime.class.getClassLoader();
    return loader.getResource(IN_JAR + name) == null
        ? Optional.empty()
        : Optional.of(RandomAccessBytes.of(() -> resource(loader, IN_JAR + name)));
  }

  private static InputStream resource(ClassLoader loader, String name) throws IOException {
    InputStream in = loader.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("no " + name + " on the class path");
    }
    return in;
  }

  private static Optional<RandomAccessBytes> inFolder(Path folder, String name) {
    Path file = folder.resolve(name);
    return Files.isRegularFile(file) ? Optional.of(RandomAccessBytes.of(file)) : Optional.empty();
  }

  /** Returns the GPUs that are visible to CUDA. */
  public NvidiaGpus gpus() {
    return gpus;
  }

  /** Returns the folders in which libraries are searched. */
  public LibraryFolders folders() {
    return folders;
  }

  /**
   * Returns what a provider needs, the driver included. Read once.
   *
   * @param provider as in the name of its library: {@code cuda} or {@code tensorrt}
   * @return empty if there is no library of this provider
   * @throws UncheckedIOException if a library cannot be read
   */
  public Optional<LibraryRequirements> requirements(String provider) {
    return known.computeIfAbsent(provider, this::read);
  }

  private Optional<LibraryRequirements> read(String provider) {
    String name = fileName(provider);
    return libraries
        .apply(name)
        .map(
            bytes -> {
              try {
                return LibraryRequirements.of(bytes, folders).withDriver(DRIVER, folders);
              } catch (IOException e) {
                throw new UncheckedIOException(name + ": " + e.getMessage(), e);
              }
            });
  }

  /** Returns the file name of a provider's library. */
  public static String fileName(String provider) {
    return "libonnxruntime_providers_" + provider + ".so";
  }

  /**
   * Loads the libraries that a provider needs from where they were found, so that the provider's
   * own library is linked with them wherever they are. The system loader itself only searches the
   * system's folders and LD_LIBRARY_PATH.
   *
   * @throws UnsatisfiedLinkError if one cannot be loaded
   */
  public void load(String provider) {
    requirements(provider)
        .ifPresent(needs -> needs.found().values().forEach(file -> System.load(file.toString())));
  }
}
