package dev.flipside.models.domain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes files atomically: the content is written next to the target, flushed to the disk, then
 * renamed over it. Readers see the old content or the new, and a failure leaves the old.
 */
public final class AtomicFile {
  private static final String SUFFIX = ".tmp";
  private static final int UUID_LENGTH = 36;
  private static final int LONG_NAME = 150;
  private static final Duration UNFINISHED_AFTER = Duration.ofMinutes(1);

  private AtomicFile() {}

  /** Content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes the whole content. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes text as UTF-8.
   *
   * @throws FlipsideException if the file cannot be written; an existing file is then unchanged
   */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes bytes.
   *
   * @throws FlipsideException if the file cannot be written; an existing file is then unchanged
   */
  public static void write(Path file, byte[] bytes) {
    write(file, channel -> writeAll(channel, ByteBuffer.wrap(bytes)));
  }

  /**
   * Writes content that is too large to hold in memory.
   *
   * @throws FlipsideException if the file cannot be written; an existing file is then unchanged
   */
  public static void write(Path file, Content content) {
    Path name = file.getFileName();
    if (name == null) {
      throw new FlipsideException(file + ": not the name of a file");
    }
    Path temporary = file.resolveSibling(prefix(name) + UUID.randomUUID() + SUFFIX);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      replace(temporary, file);
    } catch (IOException e) {
      delete(temporary, e);
      throw unwritable(file, e);
    } catch (RuntimeException | Error e) {
      delete(temporary, e);
      throw e;
    }
  }

  /**
   * Deletes what processes left beside a file that were killed while they wrote it. Files that were
   * written to in the last minute are kept: another process may be at it.
   *
   * @throws FlipsideException if the folder cannot be read or written
   */
  public static void deleteUnfinished(Path file) {
    Path name = file.getFileName();
    Path folder = file.toAbsolutePath().getParent();
    if (name == null || folder == null || !Files.isDirectory(folder)) {
      return;
    }
    Instant latest = Instant.now().minus(UNFINISHED_AFTER);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.filter(path -> isUnfinished(path, name)).toList()) {
        if (Files.getLastModifiedTime(each).toInstant().isBefore(latest)) {
          Files.deleteIfExists(each);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new FlipsideException(
          folder + ": unfinished files cannot be deleted (" + e + "); check its permissions", e);
    }
  }

  private static boolean isUnfinished(Path path, Path target) {
    String name = String.valueOf(path.getFileName());
    String prefix = prefix(target);
    return name.startsWith(prefix)
        && name.endsWith(SUFFIX)
        && name.length() == prefix.length() + UUID_LENGTH + SUFFIX.length();
  }

  /** A name may be as long as the file system allows; a hash then takes its place. */
  private static String prefix(Path name) {
    byte[] bytes = name.toString().getBytes(StandardCharsets.UTF_8);
    return "." + (bytes.length > LONG_NAME ? UUID.nameUUIDFromBytes(bytes) : name) + ".";
  }

  /** Writes the remaining bytes of a buffer, repeatedly if the channel writes fewer at a time. */
  public static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Renames a complete file to its final name, replacing an existing file. */
  public static void replace(Path temporary, Path file) throws IOException {
    try {
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Returns the exception for a file that cannot be written, with its remedy. */
  public static FlipsideException unwritable(Path file, IOException cause) {
    return new FlipsideException(
        file
            + ": cannot be written ("
            + cause
            + "); the folder must exist, be writable and have space left",
        cause);
  }

  private static void delete(Path temporary, Throwable cause) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
