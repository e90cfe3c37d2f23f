package dev.flipside.api.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The folder {@code lib} beside the native executable, or beside its {@code bin}. It holds the
 * native libraries that the JVM service takes from its jars.
 *
 * @param folder the folder; may be missing
 */
record ExecutableLibraries(Path folder) {
  /** Read by {@code dev.flipside.scorer.image.OpenCv}. */
  private static final String OPENCV = "flipside.native.cache";

  /** Read by ONNX Runtime. */
  private static final String ONNX_RUNTIME = "onnxruntime.native.path";

  /** Returns the folder of the running executable. */
  static ExecutableLibraries besideExecutable() {
    Path executable = ProcessHandle.current().info().command().map(Path::of).orElse(Path.of(""));
    return of(executable.toAbsolutePath());
  }

  /**
   * Returns the folder of an executable.
   *
   * @param executable absolute path
   */
  static ExecutableLibraries of(Path executable) {
    Path beside = executable.resolveSibling("lib");
    Path besideBin = executable.resolveSibling("../lib").normalize();
    boolean inBin = !Files.isDirectory(beside) && Files.isDirectory(besideBin);
    return new ExecutableLibraries(inBin ? besideBin : beside);
  }

  /**
   * Sets the properties that name the folders of native libraries, unless they are set.
   *
   * @param properties system properties
   * @throws IllegalStateException if the folder is needed and missing
   */
  void use(Properties properties) {
    if (properties.containsKey(OPENCV) && properties.containsKey(ONNX_RUNTIME)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new IllegalStateException(
          "there is no folder "
              + folder
              + ", which holds the native libraries; move it together with the executable, or name"
              + " another folder with -D"
              + OPENCV
              + "=DIR and -D"
              + ONNX_RUNTIME
              + "=DIR");
    }
    properties.putIfAbsent(OPENCV, folder.toString());
    properties.putIfAbsent(ONNX_RUNTIME, folder.toString());
  }
}
