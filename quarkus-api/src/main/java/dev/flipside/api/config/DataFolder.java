package dev.flipside.api.config;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Data folder of the service. */
@Singleton
public final class DataFolder {
  private final Path root;

  @Inject
  DataFolder(FlipsideConfig config) {
    root = absolute(config.dataDir());
  }

  /**
   * Returns the path of the SQLite file in a data folder, without creating the folder.
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

  /** Returns the path of the SQLite file that is used if no other database is configured. */
  public Path ledger() {
    return ledgerIn(made(root));
  }

  /** Returns the folder of the model registry. */
  public Path models() {
    return made(root.resolve("models"));
  }

  /** Returns the folder for uploads that are being validated. */
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
