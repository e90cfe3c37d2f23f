package dev.flipside.scorer.inference;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The folders in which the system loader searches for shared libraries, and those of NVIDIA's
 * packages.
 *
 * @param folders existing folders in search order
 */
record NativeLibraries(List<Path> folders) {
  /**
   * Returns the folders of this machine.
   *
   * @param environment environment variables; {@code LD_LIBRARY_PATH}, {@code CUDA_HOME} and {@code
   *     CUDA_PATH} are used
   */
  static NativeLibraries of(Map<String, String> environment) {
    Set<Path> folders = new LinkedHashSet<>();
    for (String folder :
        environment.getOrDefault("LD_LIBRARY_PATH", "").split(File.pathSeparator, -1)) {
      add(folders, folder);
    }
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      String home = environment.getOrDefault(variable, "");
      if (!home.isBlank()) {
        add(folders, home + "/lib64");
        add(folders, home + "/lib");
      }
    }
    for (String folder : configured(Path.of("/etc/ld.so.conf.d"))) {
      add(folders, folder);
    }
    String architecture = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    for (String folder :
        List.of(
            "/lib/" + architecture + "-linux-gnu",
            "/usr/lib/" + architecture + "-linux-gnu",
            "/lib64",
            "/usr/lib64",
            "/usr/lib",
            "/usr/local/lib",
            "/usr/local/cuda/lib64",
            "/usr/local/nvidia/lib64",
            "/usr/lib/wsl/lib")) {
      add(folders, folder);
    }
    return new NativeLibraries(List.copyOf(folders));
  }

  private static void add(Set<Path> folders, String folder) {
    if (!folder.isBlank() && Files.isDirectory(Path.of(folder))) {
      folders.add(Path.of(folder).toAbsolutePath().normalize());
    }
  }

  private static List<String> configured(Path folder) {
    List<String> lines = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.conf")) {
        for (Path file : files) {
          Files.readAllLines(file).stream()
              .map(String::strip)
              .filter(line -> line.startsWith("/"))
              .forEach(lines::add);
        }
      } catch (IOException e) {
        return lines; // what can be read is searched; the rest is the loader's own
      }
    }
    return lines;
  }

  /** Returns the file from which a library would be loaded. */
  Optional<Path> find(String library) {
    return folders.stream()
        .map(folder -> folder.resolve(library))
        .filter(Files::exists)
        .findFirst();
  }
}
