package dev.flipside.spark;

import dev.flipside.models.domain.FlipsideException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.FutureIO;

/** Files at addresses that Hadoop's clients can open. */
final class HadoopFiles {
  private HadoopFiles() {}

  /**
   * Returns Hadoop's path of an address. {@code s3://} is taken for {@code s3a://} unless the
   * configuration has a client for it.
   */
  static Path path(String address, Configuration configuration) {
    boolean other = address.startsWith("s3://") && configuration.get("fs.s3.impl") == null;
    return new Path(other ? "s3a" + address.substring("s3".length()) : address);
  }

  /**
   * Reads a whole file.
   *
   * @param most largest number of bytes that is read
   * @throws FileNotFoundException if there is no such file
   * @throws IOException if it is larger, or the store fails
   */
  static byte[] read(String address, int most, Configuration configuration) throws IOException {
    Path path = path(address, configuration);
    FileSystem store = path.getFileSystem(configuration);
    // The read policy is a hint to object stores: one request for all of it.
    try (FSDataInputStream in =
        FutureIO.awaitFuture(
            store.openFile(path).opt("fs.option.openfile.read.policy", "whole-file").build())) {
      byte[] bytes = in.readNBytes(most);
      if (bytes.length == most && in.read() >= 0) {
        throw new IOException("more than " + most + " bytes");
      }
      return bytes;
    }
  }

  /**
   * Writes a small text file, replacing an existing one.
   *
   * @throws FlipsideException if it cannot be written
   */
  static void write(String address, String text, Configuration configuration) {
    Path path = path(address, configuration);
    try (OutputStream out = path.getFileSystem(configuration).create(path, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new FlipsideException(address + ": cannot be written: " + reason(e), e);
    }
  }

  /**
   * Returns whether there is a file.
   *
   * @throws FlipsideException if the store fails
   */
  static boolean exists(String address, Configuration configuration) {
    Path path = path(address, configuration);
    try {
      return path.getFileSystem(configuration).exists(path);
    } catch (IOException e) {
      throw new FlipsideException(address + ": cannot be read: " + reason(e), e);
    }
  }

  /** Returns the first line of what went wrong; clients of stores append traces of requests. */
  static String reason(Exception e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName().toLowerCase(Locale.ROOT)
        : message.lines().findFirst().orElse(message);
  }
}
