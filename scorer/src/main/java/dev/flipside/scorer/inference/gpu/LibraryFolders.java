package dev.flipside.scorer.inference.gpu;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Folders in which shared libraries are searched: those of the system loader, of CUDA, and of
 * NVIDIA's packages for Python.
 *
 * @param folders existing folders in search order
 */
public record LibraryFolders(List<Path> folders) {
  /** Copies the list. */
  public LibraryFolders {
    folders = List.copyOf(folders);
  }

  /**
   * Returns the folders of a machine.
   *
   * @param environment environment variables; {@code LD_LIBRARY_PATH}, {@code CUDA_HOME}, {@code
   *     CUDA_PATH}, {@code VIRTUAL_ENV}, {@code CONDA_PREFIX}, {@code HOME} and {@code PATH} are
   *     used
   * @param root root of the file system, in which absolute folders of the system are searched
   */
  public static LibraryFolders of(Map<String, String> environment, Path root) {
    LibraryFolders.Builder found = new Builder(root);
    for (String folder :
        environment.getOrDefault("LD_LIBRARY_PATH", "").split(File.pathSeparator, -1)) {
      found.add(folder);
    }
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      String home = environment.getOrDefault(variable, "");
      if (!home.isBlank()) {
        found.add(home + "/lib64");
        found.add(home + "/lib");
      }
    }
    found.addConfigured(root.resolve("etc/ld.so.conf.d"));
    String architecture = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    for (String folder :
        List.of(
            "lib/" + architecture + "-linux-gnu",
            "usr/lib/" + architecture + "-linux-gnu",
            "lib64",
            "usr/lib64",
            "usr/lib",
            "usr/local/lib",
            "usr/local/cuda/lib64",
            "usr/local/nvidia/lib64",
            "usr/lib/wsl/lib")) {
      found.add(root.resolve(folder).toString());
    }
    PythonPackages.folders(environment, root).forEach(folder -> found.add(folder.toString()));
    return found.build();
  }

  /** Returns the file of a library in the first folder that has it. */
  Optional<Path> find(String library) {
    return folders.stream()
        .map(folder -> folder.resolve(library))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** Returns a file whose name begins with a prefix, in the first folder that has one. */
  Optional<Path> findAnyVersion(String prefix) {
    return folders.stream().flatMap(folder -> list(folder, prefix).stream()).findFirst();
  }

  private static List<Path> list(Path folder, String prefix) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, prefix + "*")) {
      files.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      return found; // nothing can be loaded from there either
    }
    found.sort(null);
    return found;
  }

  /** Collects folders that exist, each once. */
  private static final class Builder {
    private final Path root;
    private final Set<Path> folders = new LinkedHashSet<>();

    Builder(Path root) {
      this.root = root;
    }

    void add(String folder) {
      try {
        if (!folder.isBlank() && Files.isDirectory(Path.of(folder))) {
          folders.add(Path.of(folder).toAbsolutePath().normalize());
        }
      } catch (InvalidPathException e) {
        // The system loader cannot find anything there either.
      }
    }

    /** Adds the folders listed in the configuration of the system loader. */
    void addConfigured(Path configuration) {
      List<String> lines = new ArrayList<>();
      if (Files.isDirectory(configuration)) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(configuration, "*.conf")) {
          for (Path file : files) {
            lines.addAll(Files.readAllLines(file));
          }
        } catch (IOException | DirectoryIteratorException e) {
          // What can be read is searched; the rest is known to the loader alone.
        }
      }
      for (String line : lines) {
        if (line.strip().startsWith("/")) {
          add(root.resolve(line.strip().substring(1)).toString());
        }
      }
    }

    LibraryFolders build() {
      return new LibraryFolders(List.copyOf(folders));
    }
  }
}
