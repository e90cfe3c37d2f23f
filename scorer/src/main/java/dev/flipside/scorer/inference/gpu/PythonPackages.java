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
import java.util.Set;

/** Folders with CUDA's libraries in installations of Python: {@code nvidia/…/lib} and torch's. */
final class PythonPackages {
  private PythonPackages() {}

  /**
   * Returns the folders of the active environment, of the Pythons on the path, of the user and of
   * the system, in this order.
   */
  static List<Path> folders(Map<String, String> environment, Path root) {
    Set<Path> prefixes = new LinkedHashSet<>();
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      addFolder(prefixes, environment.getOrDefault(variable, ""), "");
    }
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      addPrefix(prefixes, folder);
    }
    addFolder(prefixes, environment.getOrDefault("HOME", ""), ".local");
    addFolder(prefixes, root.toString(), "usr/local");
    addFolder(prefixes, root.toString(), "usr");
    List<Path> folders = new ArrayList<>();
    for (Path prefix : prefixes) {
      for (Path python : list(prefix.resolve("lib"), "python3*")) {
        for (String packages : List.of("site-packages", "dist-packages")) {
          addLibraries(folders, python.resolve(packages));
        }
      }
    }
    return folders;
  }

  private static void addFolder(Set<Path> folders, String folder, String below) {
    try {
      if (!folder.isBlank()) {
        folders.add(Path.of(folder).resolve(below));
      }
    } catch (InvalidPathException e) {
      // A variable that names no folder names no Python.
    }
  }

  /** Adds the installation to which a {@code bin} folder belongs, as named and as linked. */
  private static void addPrefix(Set<Path> prefixes, String bin) {
    try {
      Path python = Path.of(bin).resolve("python3");
      if (!bin.isBlank() && Files.isExecutable(python)) {
        for (Path each : List.of(python.toAbsolutePath(), python.toRealPath())) {
          Path folder = each.getParent();
          Path prefix = folder == null ? null : folder.getParent();
          if (prefix != null) {
            prefixes.add(prefix);
          }
        }
      }
    } catch (IOException | InvalidPathException e) {
      // Not a Python.
    }
  }

  private static void addLibraries(List<Path> folders, Path packages) {
    for (Path product : list(packages.resolve("nvidia"), "*")) {
      if (Files.isDirectory(product.resolve("lib"))) {
        folders.add(product.resolve("lib"));
      }
    }
    for (String name : List.of("torch/lib", "tensorrt_libs")) {
      if (Files.isDirectory(packages.resolve(name))) {
        folders.add(packages.resolve(name));
      }
    }
  }

  private static List<Path> list(Path folder, String pattern) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
      entries.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      return found; // no such folder, or not readable
    }
    found.sort(null);
    return found;
  }
}
