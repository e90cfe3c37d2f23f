package dev.flipside.api.campaign.store.database;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;

/**
 * Deletes copies of the native SQLite library left behind by killed processes. The driver extracts
 * one copy per process into a temporary folder and deletes it only at a normal exit.
 */
public final class SqliteLibraries {
  /** A process loads its copy right after extraction; older copies can be deleted on Linux. */
  private static final Duration LOADED_AFTER = Duration.ofMinutes(5);

  private SqliteLibraries() {}

  /** Returns the folder that the driver extracts into. */
  public static Path folder() {
    return Path.of(
        System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir", ".")));
  }

  /**
   * Deletes old copies owned by the user of this process. Files that cannot be deleted, for example
   * because Windows has them loaded, are kept.
   */
  public static void deleteStale(Path folder) {
    try (DirectoryStream<Path> copies = Files.newDirectoryStream(folder, "sqlite-*sqlitejdbc*")) {
      UserPrincipal user =
          folder
              .getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByName(System.getProperty("user.name"));
      for (Path each : copies) {
        deleteIfStale(each, user);
      }
    } catch (IOException | UnsupportedOperationException e) {
      // The driver reports an unusable folder.
    }
  }

  private static void deleteIfStale(Path file, UserPrincipal user) {
    try {
      Instant newest = Instant.now().minus(LOADED_AFTER);
      if (Files.getLastModifiedTime(file).toInstant().isBefore(newest)
          && Files.getOwner(file).equals(user)) {
        Files.delete(file);
      }
    } catch (IOException e) {
      // Deleted concurrently, or loaded by another process.
    }
  }
}
