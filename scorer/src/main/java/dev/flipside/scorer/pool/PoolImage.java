package dev.flipside.scorer.pool;

import java.io.File;
import java.nio.file.Path;

/**
 * An image of a pool.
 *
 * @param id its path relative to the folder of the pool, with {@code /} on all systems
 * @param file path of the file
 */
public record PoolImage(String id, Path file) {
  /**
   * @throws IllegalArgumentException if the ID is blank
   */
  public PoolImage {
    if (id.isBlank()) {
      throw new IllegalArgumentException(file + ": the id of an image is empty");
    }
  }

  /** Creates the image of a file below a root. */
  static PoolImage below(Path root, Path file) {
    return new PoolImage(idOf(root, file), file);
  }

  /** Returns the path of a file relative to a root, with {@code /} on all systems. */
  static String idOf(Path root, Path file) {
    return root.relativize(file).toString().replace(File.separatorChar, '/');
  }
}
