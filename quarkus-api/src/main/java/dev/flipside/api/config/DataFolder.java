package dev.flipside.api.config;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Data folder of the service. */
@Singleton
public final class DataFolder {
  private static final Logger LOG = Logger.getLogger(DataFolder.class);

  private final Path root;

  @GuardedBy("this")
  private @Nullable ScratchFolder scratch;

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

  /** Returns the data folder itself. */
  public Path root() {
    return root;
  }

  /** Returns the folder for temporary files of this process, such as uploads being validated. */
  public synchronized Path uploads() {
    ScratchFolder open = scratch;
    if (open == null || !Files.isDirectory(open.path())) {
      try {
        open = ScratchFolder.open(made(root.resolve("uploads")));
      } catch (IOException e) {
        throw unwritable(root, e);
      }
      scratch = open;
    }
    return open.path();
  }

  /** Deletes what processes that have ended left behind, before the first request. */
  void start(@Observes StartupEvent event) {
    uploads();
  }

  /** Deletes the temporary files of this process. */
  @PreDestroy
  synchronized void close() {
    if (scratch != null) {
      try {
        scratch.close();
      } catch (IOException e) {
        LOG.warnf("temporary files remain: %s", e.getMessage());
      }
      scratch = null;
    }
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private static IllegalStateException unwritable(Path folder, IOException cause) {
    return new IllegalStateException(
        "flipside.data-dir: the folder "
            + folder
            + " cannot be made or written; name another with --data DIR",
        cause);
  }
}
