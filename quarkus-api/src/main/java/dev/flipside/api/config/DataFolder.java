package dev.flipside.api.config;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The folder of the service's own files. */
@Singleton
public final class DataFolder {
  private final Path root;

  @Inject
  DataFolder(FlipsideConfig config) {
    root = absolute(config.dataDir());
  }

  /**
   * Returns the SQLite ledger in a data folder, without creating the folder.
   *
   * @param dataDir the folder; null for {@link FlipsideConfig#DEFAULT_DATA_DIR}
   */
  public static Path ledgerIn(@Nullable String dataDir) {
    return ledgerIn(absolute(Path.of(dataDir == null ? FlipsideConfig.DEFAULT_DATA_DIR : dataDir)));
  }

  private static Path ledgerIn(Path root) {
    return root.resolve("campaigns.db");
  }

  private static Path absolute(Path folder) {
    return folder.toAbsolutePath().normalize();
  }

  /** The SQLite ledger, unless another ledger is configured. */
  public Path ledger() {
    return ledgerIn(made(root));
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
