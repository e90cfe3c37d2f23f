package dev.flipside.tools.simulation;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A text file that only grows. What counts is its length at the last commit, which is kept
 * elsewhere: a longer file was being written when its process ended, and is cut back.
 */
final class Journal {
  private final Path file;
  private long length;

  private Journal(Path file, long length) {
    this.file = file;
    this.length = length;
  }

  /**
   * Opens a file at a length; one that is missing is made.
   *
   * @param committed length in bytes that counts
   * @throws FlipsideException if the file is shorter than that or cannot be written
   */
  static Journal open(Path file, long committed) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (channel.size() < committed) {
        throw new FlipsideException(
            file
                + ": has "
                + channel.size()
                + " bytes, expected at least "
                + committed
                + "; the run cannot go on from it, start anew in another folder");
      }
      channel.truncate(committed);
      return new Journal(file, committed);
    } catch (IOException e) {
      throw AtomicFile.unwritable(file, e);
    }
  }

  /**
   * Adds text and waits until it is on the disk.
   *
   * @throws FlipsideException if it cannot be written
   */
  void append(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.position(length);
      AtomicFile.writeAll(channel, bytes);
      channel.force(true);
      length += bytes.limit();
    } catch (IOException e) {
      throw AtomicFile.unwritable(file, e);
    }
  }

  /** Bytes written so far. */
  long length() {
    return length;
  }
}
