package dev.flipside.scorer.pool;

import java.nio.file.Path;

/**
 * One image of a pool.
 *
 * @param id its path relative to the pool's folder, with {@code /} whatever the system
 * @param file where it lies
 */
public record PoolImage(String id, Path file) {
  /**
   * @throws IllegalArgumentException if the id is blank
   */
  public PoolImage {
    if (id.isBlank()) {
      throw new IllegalArgumentException(file + ": the id of an image is empty");
    }
  }

  /** The image that lies at a file below a root. */
  static PoolImage below(Path root, Path file) {
    return new PoolImage(root.relativize(file).toString().replace('\\', '/'), file);
  }
}
