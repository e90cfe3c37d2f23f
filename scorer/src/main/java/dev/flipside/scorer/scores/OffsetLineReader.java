package dev.flipside.scorer.scores;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Iterates over the lines of a file with their offsets in bytes. */
final class OffsetLineReader implements Closeable {
  private final InputStream in;
  private byte[] buffer = new byte[1 << 18];
  private int next;
  private int filled;
  private int from;
  private int to;
  private long bufferOffset;
  private long number;
  private boolean whole;

  private OffsetLineReader(InputStream in) {
    this.in = in;
  }

  /** Opens a file. The caller closes the returned object. */
  static OffsetLineReader open(Path file) throws IOException {
    return new OffsetLineReader(Files.newInputStream(file));
  }

  /** Advances to the next line. Returns false at the end of the file. */
  boolean advance() throws IOException {
    from = next;
    int scanned = next;
    while (true) {
      for (; scanned < filled; scanned++) {
        if (buffer[scanned] == '\n') {
          to = scanned;
          next = scanned + 1;
          whole = true;
          number++;
          return true;
        }
      }
      int length = filled - from;
      if (from > 0) {
        System.arraycopy(buffer, from, buffer, 0, length);
        bufferOffset += from;
        from = 0;
      } else if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * buffer.length);
      }
      filled = length;
      scanned = length;
      int read = in.read(buffer, filled, buffer.length - filled);
      if (read < 0) {
        to = filled;
        next = filled;
        whole = false;
        number++;
        return length > 0;
      }
      filled += read;
    }
  }

  /** Returns the buffer that holds the line; valid until the next call of {@link #advance}. */
  byte[] bytes() {
    return buffer;
  }

  /** Returns the offset of the first byte of the line in {@link #bytes()}. */
  int from() {
    return from;
  }

  /**
   * Returns the offset after the last byte of the line in {@link #bytes()}, without line
   * terminator.
   */
  int to() {
    return to;
  }

  /** Returns the offset of the line in the file, in bytes. */
  long offset() {
    return bufferOffset + from;
  }

  /** Returns the number of the line, from 1. */
  long number() {
    return number;
  }

  /** Returns whether the line is terminated. The last line of a killed run may not be. */
  boolean isWhole() {
    return whole;
  }

  boolean isBlank() {
    for (int at = from; at < to; at++) {
      if (buffer[at] != ' ' && buffer[at] != '\r' && buffer[at] != '\t') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
