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

/** The folders in which requests may name paths. Symbolic links are resolved before the check. */
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

  /** Returns the real paths of the roots. */
  public List<Path> roots() {
    return roots;
  }

  /**
   * Resolves the path of an existing file or folder named in a request.
   *
   * @param what name of the value in error messages
   * @param named absolute path, or path relative to a root; the first root that contains it wins
   * @return the real path
   * @throws ApiProblem if the path is not below a root; does not reveal whether it exists
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
      // Reported like any other path that is not below a root.
    }
    throw ApiProblem.of(
        ProblemType.OUTSIDE_ROOTS,
        what
            + " \""
            + named
            + "\": no such file or folder below the configured roots; give a path relative to one"
            + " of them, or start the service with --root for the folder that has it");
  }

  /** Returns whether a path, with its links resolved, is below a root. */
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
