package dev.flipside.scorer.pool;

import dev.flipside.models.domain.FlipsideException;
import java.io.File;
import java.nio.file.Path;

/**
 * An image of a pool.
 *
 * @param id its path relative to the folder of the pool, with {@code /} on all systems
 * @param location where its bytes lie
 */
public record PoolImage(String id, ImageLocation location) {
  /**
   * @throws IllegalArgumentException if the ID is blank
   */
  public PoolImage {
    if (id.isBlank()) {
      throw new IllegalArgumentException(location + ": the id of an image is empty");
    }
  }

  /**
   * Creates the image of a file.
   *
   * @throws IllegalArgumentException if the ID is blank
   */
  public PoolImage(String id, Path file) {
    this(id, new ImageLocation.LocalFile(file));
  }

  /**
   * Returns the path of the file.
   *
   * @throws FlipsideException if the image is not a file of this machine
   */
  public Path file() {
    if (location instanceof ImageLocation.LocalFile local) {
      return local.path();
    }
    throw new FlipsideException(
        id + ": lies at " + location + ", expected a file; copy the image to this machine");
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
