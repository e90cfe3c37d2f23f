package dev.flipside.scorer.inference.gpu;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads parts of a file or of an entry of a jar. */
interface RandomAccessBytes {
  /**
   * Returns bytes at an offset.
   *
   * @throws EOFException if the source ends before
   */
  byte[] read(long offset, int length) throws IOException;

  /** Reads a file; opens it for each part. */
  static RandomAccessBytes of(Path file) {
    return (offset, length) -> {
      try (SeekableByteChannel channel = Files.newByteChannel(file)) {
        // Checked first: the length is read from the file and may be wrong.
        if (length > channel.size() - offset) {
          throw new EOFException("the file ends before byte " + (offset + length));
        }
        channel.position(offset);
        return Channels.newInputStream(channel).readNBytes(length);
      }
    };
  }

  /** Reads a stream from its start for each part. */
  static RandomAccessBytes of(Source source) {
    return (offset, length) -> {
      try (InputStream in = source.open()) {
        in.skipNBytes(offset);
        byte[] part = in.readNBytes(length);
        if (part.length < length) {
          throw new EOFException("the stream ends before byte " + (offset + length));
        }
        return part;
      }
    };
  }

  /** Opens a stream. */
  @FunctionalInterface
  interface Source {
    InputStream open() throws IOException;
  }
}
