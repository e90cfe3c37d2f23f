package dev.flipside.models.registry;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The file {@code active}: ids of the activated models, the current one first. Readers see the
 * state before or after a change; changes are serialized across threads and processes.
 */
final class ActiveModels {
  static final int LONGEST_HISTORY = 10;

  private static final long LONGEST_WAIT_MILLIS = 10_000;
  private static final long PAUSE_MILLIS = 5;

  private final Path folder;
  private final Path file;

  ActiveModels(Path folder) {
    this.folder = folder;
    this.file = folder.resolve("active");
  }

  List<String> history() {
    try {
      return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot read which model is active: " + e, e);
    }
  }

  /** Changes the history. If the function throws, the history stays as it is. */
  <T> T change(Function<List<String>, T> change) {
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = lock(channel)) {
        if (!lock.isValid()) {
          throw new IOException("lost the lock of " + folder);
        }
        List<String> before = history();
        List<String> history = new ArrayList<>(before);
        T result = change.apply(history);
        if (!history.equals(before)) {
          List<String> kept = history.subList(0, Math.min(LONGEST_HISTORY, history.size()));
          AtomicFile.write(file, String.join("\n", kept) + "\n");
        }
        return result;
      }
    } catch (IOException e) {
      throw new FlipsideException(folder + ": cannot change which model is active: " + e, e);
    }
  }

  /**
   * A file lock blocks other processes; for other threads of this process it throws, hence the
   * retries.
   */
  private static FileLock lock(FileChannel channel) throws IOException {
    long deadline = System.nanoTime() + LONGEST_WAIT_MILLIS * 1_000_000;
    while (true) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException e) {
        if (System.nanoTime() > deadline) {
          throw new IOException("another change takes longer than 10 s", e);
        }
        try {
          Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted while waiting for another change", interrupted);
        }
      }
    }
  }
}
