package dev.flipside.api.config;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * A folder for the temporary files of one process, locked while the process lives. Opening one
 * deletes those of processes that have ended.
 */
final class ScratchFolder implements Closeable {
  private static final Logger LOG = Logger.getLogger(ScratchFolder.class);
  private static final String LOCK = ".lock";
  private static final Duration BEFORE_ITS_LOCK = Duration.ofMinutes(1);

  private final Path folder;
  private final FileChannel channel;

  private ScratchFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Creates a folder. The caller closes the result.
   *
   * @param parent existing folder that has nothing but such folders
   */
  static ScratchFolder open(Path parent) throws IOException {
    deleteAbandoned(parent);
    Path folder = Files.createDirectory(parent.resolve(UUID.randomUUID().toString()));
    FileChannel channel =
        FileChannel.open(
            folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      throw new IOException(folder + ": cannot be locked");
    }
    return new ScratchFolder(folder, channel);
  }

  private static void deleteAbandoned(Path parent) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
      for (Path each : entries) {
        if (!isInUse(each)) {
          LOG.infof("deleting temporary files of a process that has ended: %s", each);
          deleteTree(each);
        }
      }
    }
  }

  private static boolean isInUse(Path folder) throws IOException {
    Path lock = folder.resolve(LOCK);
    if (!Files.exists(lock)) {
      // Another process may be about to lock it.
      Instant created = Files.getLastModifiedTime(folder).toInstant();
      return created.isAfter(Instant.now().minus(BEFORE_ITS_LOCK));
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock taken = channel.tryLock()) {
      return taken == null;
    } catch (OverlappingFileLockException e) {
      return true; // of this process
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }

  /** Returns the folder. */
  Path path() {
    return folder;
  }

  /** Deletes the folder with its files. */
  @Override
  public void close() throws IOException {
    channel.close();
    deleteTree(folder);
  }
}
