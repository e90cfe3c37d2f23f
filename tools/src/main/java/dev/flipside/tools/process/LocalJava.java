package dev.flipside.tools.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The Java virtual machine and the libraries of this program, for processes that it starts. */
final class LocalJava {
  /** Folders of native libraries. */
  private static final List<String> LIBRARIES =
      List.of("flipside.native.cache", "onnxruntime.native.path");

  private LocalJava() {}

  /** Returns the path of the {@code java} command. */
  static String program() {
    return ProcessHandle.current().info().command().orElse("java");
  }

  /** Returns the folder of this program. */
  static Path home() {
    return Path.of(System.getProperty("flipside.home", "."));
  }

  /** Returns the JVM options that name the folders of native libraries. */
  static List<String> libraries() {
    List<String> options = new ArrayList<>();
    for (String property : LIBRARIES) {
      @Nullable String folder = System.getProperty(property);
      if (folder != null) {
        options.add("-D" + property + "=" + folder);
      }
    }
    return options;
  }
}
