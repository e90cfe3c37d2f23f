package dev.flipside.models.domain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files atomically: the content is written next to the target, flushed to the disk, then
 * renamed over it. Readers see the old content or the new, and a failure leaves the old.
 */
public final class AtomicFile {
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
    if (file.getFileName() == null) {
      throw new FlipsideException(file + ": not the name of a file");
    }
    // Not after the target, whose name may be as long as the file system allows.
    Path temporary = file.resolveSibling("." + UUID.randomUUID() + ".tmp");
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
