package dev.flipside.api.access;

import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** The folders a request may name paths in. Symbolic links are followed before a path is judged. */
@Singleton
public final class AllowedFolders {
  private final List<Path> roots;

  @Inject
  AllowedFolders(FlipsideConfig config) {
    this(config.roots().orElse(List.of()));
  }

  AllowedFolders(List<Path> roots) {
    this.roots = roots.stream().map(AllowedFolders::real).toList();
  }

  /** The real paths of the roots. */
  public List<Path> roots() {
    return roots;
  }

  /**
   * The real path of an existing file or folder that a request names.
   *
   * @param what names the value in the error
   * @param named absolute, or relative to one of the roots; the first root that has it wins
   * @throws ApiProblem if it is not below a root. What exists outside of the roots is not told.
   */
  public Path resolve(String what, String named) {
    if (roots.isEmpty()) {
      throw ApiProblem.of(
          ProblemType.OUTSIDE_ROOTS,
          what
              + " \""
              + named
              + "\": no folder is open to requests; start the service with one: flipside serve"
              + " --root DIR (property flipside.roots)");
    }
    try {
      for (Path root : roots) {
        Path candidate = root.resolve(named);
        if (Files.exists(candidate)) {
          Path real = candidate.toRealPath();
          if (contains(real)) {
            return real;
          }
        }
      }
    } catch (IOException | InvalidPathException ignored) {
      // Told as any other path that is not below a root.
    }
    throw ApiProblem.of(
        ProblemType.OUTSIDE_ROOTS,
        what
            + " \""
            + named
            + "\": no such file or folder below the configured roots; give a path relative to one"
            + " of them, or start the service with --root for the folder that has it");
  }

  /** Whether a path, with its links followed, lies in one of the roots. */
  public boolean holds(Path path) {
    try {
      return contains(path.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  private boolean contains(Path real) {
    return roots.stream().anyMatch(real::startsWith);
  }

  private static Path real(Path root) {
    try {
      return root.toRealPath();
    } catch (IOException e) {
      throw new IllegalStateException(
          "flipside.roots: \""
              + root
              + "\" is not a folder that can be read; make it or name another with --root",
          e);
    }
  }
}
