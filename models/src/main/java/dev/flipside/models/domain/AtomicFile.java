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
 * Files that are replaced whole or not at all: written beside the target, flushed to the disk, then
 * renamed over it. Whoever reads sees the old content or the new, and a failure leaves the old.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** What a file is to hold. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes text as UTF-8.
   *
   * @throws FlipsideException if the file cannot be written; an earlier one is then as it was
   */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes bytes.
   *
   * @throws FlipsideException if the file cannot be written; an earlier one is then as it was
   */
  public static void write(Path file, byte[] bytes) {
    write(file, channel -> writeAll(channel, ByteBuffer.wrap(bytes)));
  }

  /**
   * Writes what is too large to be held in one piece.
   *
   * @throws FlipsideException if the file cannot be written; an earlier one is then as it was
   */
  public static void write(Path file, Content content) {
    Path name = file.getFileName();
    if (name == null) {
      throw new FlipsideException(file + ": not the name of a file");
    }
    Path temporary = file.resolveSibling("." + name + "." + UUID.randomUUID() + ".tmp");
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

  /** Writes a buffer from its position to its limit; a channel may take less at a time. */
  public static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Moves a complete file to its final name, over an earlier one. */
  public static void replace(Path temporary, Path file) throws IOException {
    try {
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The failure to write a file, with its remedy. */
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
