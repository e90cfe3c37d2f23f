package dev.flipside.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Limits on the size of classes and packages, read from a module's {@code src/main/java}. */
public final class SourceTree {
  /** Most lines of a source file. */
  public static final int MAX_LINES = 400;

  /** Most source files of a package, {@code package-info.java} not counted. */
  public static final int MAX_FILES = 20;

  private SourceTree() {}

  /**
   * Checks the source files below the working directory, which Maven sets to the module.
   *
   * @param exceptions for each class or package that may be larger, by its name without {@code
   *     dev.flipside.}: the reason
   * @throws AssertionError if one is larger, or an exception is not needed; names them
   */
  public static void checkSizes(Map<String, String> exceptions) {
    Map<String, Integer> tooLarge = new TreeMap<>();
    Map<String, Integer> filesOf = new TreeMap<>();
    Path root = Path.of("src", "main", "java");
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        String name = nameOf(root, file);
        if (name.endsWith("package-info")) {
          continue;
        }
        int lines = Files.readAllLines(file).size();
        if (lines > MAX_LINES) {
          tooLarge.put(name, lines);
        }
        filesOf.merge(name.substring(0, Math.max(0, name.lastIndexOf('.'))), 1, Integer::sum);
      }
    } catch (IOException e) {
      throw new AssertionError("cannot read " + root.toAbsolutePath(), e);
    }
    filesOf.forEach(
        (name, count) -> {
          if (count > MAX_FILES) {
            tooLarge.put(name, count);
          }
        });
    List<String> faults = new ArrayList<>();
    tooLarge.forEach(
        (name, size) -> {
          if (!exceptions.containsKey(name)) {
            faults.add(name + " has " + size + " lines or files: divide it");
          }
        });
    exceptions.forEach(
        (name, reason) -> {
          if (!tooLarge.containsKey(name)) {
            faults.add(name + " is listed as an exception and needs none");
          }
        });
    if (!faults.isEmpty()) {
      throw new AssertionError(
          String.format("at most %d lines, %d files: %s", MAX_LINES, MAX_FILES, faults));
    }
  }

  private static String nameOf(Path root, Path file) {
    List<String> parts = new ArrayList<>();
    root.relativize(file).forEach(each -> parts.add(each.toString()));
    String name = String.join(".", parts);
    return name.substring("dev.flipside.".length(), name.length() - ".java".length());
  }
}
