package dev.flipside.api.config;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of the service's own files. */
@Singleton
public final class DataFolder {
  private final Path root;

  @Inject
  DataFolder(FlipsideConfig config) {
    root = config.dataDir().toAbsolutePath().normalize();
  }

  /** The SQLite ledger, unless another ledger is configured. */
  public Path ledger() {
    return made(root).resolve("campaigns.db");
  }

  /** Folder of the model registry. */
  public Path models() {
    return made(root.resolve("models"));
  }

  /** Folder of request bodies that are being checked. */
  public Path uploads() {
    return made(root.resolve("uploads"));
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IllegalStateException(
          "flipside.data-dir: the folder "
              + folder
              + " cannot be made or written; name another with --data DIR",
          e);
    }
  }
}
