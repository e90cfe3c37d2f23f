package dev.flipside.models.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deletes temporary files that a killed process left in a registry. They are never read and only
 * use disk space.
 */
final class StaleFileCleaner {
  /**
   * Longer than any pause between two writes of a running operation, so that its files are not
   * deleted.
   */
  static final Duration OLD = Duration.ofHours(1);

  private static final Pattern NAME =
      Pattern.compile(
          "\\.(adding.*|upload.*|[0-9a-f]{64}\\.removed|(active|card\\.json|[A-Za-z0-9._-]+)\\..*\\.tmp)");

  private StaleFileCleaner() {}

  /**
   * Deletes leftovers that were not written to for {@link #OLD}.
   *
   * @throws IOException if the folder cannot be listed; leftovers that cannot be deleted are kept
   */
  static void clear(Path folder, Instant now) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path each : entries) {
        if (isLeftover(each)) {
          found.add(each);
        } else {
          addUnfinishedFiles(each, found);
        }
      }
    }
    found.forEach(each -> clearIfOld(each, now));
  }

  private static void clearIfOld(Path leftover, Instant now) {
    try {
      if (lastWrite(leftover).isBefore(now.minus(OLD))) {
        deleteTree(leftover);
      }
    } catch (IOException | UncheckedIOException e) {
      // Deleted concurrently by another process, or not deletable; the next add retries.
    }
  }

  private static void addUnfinishedFiles(Path model, List<Path> found) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(model, StaleFileCleaner::isLeftover)) {
      files.forEach(found::add);
    } catch (NotDirectoryException | NoSuchFileException e) {
      // The file "active", or a model that is being removed; nothing to clear.
    }
  }

  /** Deletes a file or a folder with its contents; does nothing if it does not exist. */
  static void deleteTree(@Nullable Path root) {
    if (root == null || !Files.exists(root)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Same as {@link #deleteTree}; what cannot be deleted now is left for a later add. */
  static void discard(@Nullable Path root) {
    try {
      deleteTree(root);
    } catch (UncheckedIOException e) {
      // The outcome of the operation does not depend on it.
    }
  }

  private static boolean isLeftover(Path path) {
    return NAME.matcher(String.valueOf(path.getFileName())).matches();
  }

  private static Instant lastWrite(Path root) throws IOException {
    Instant last = Instant.MIN;
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path each : tree.toList()) {
        Instant write = Files.getLastModifiedTime(each).toInstant();
        last = write.isAfter(last) ? write : last;
      }
    }
    return last;
  }
}
