package dev.flipside.trainer.weights;

import java.io.Closeable;
import java.io.IOException;

/** Parsing of a file that stays open if it succeeds, and is closed if it fails. */
final class FileParsing {
  private FileParsing() {}

  @FunctionalInterface
  interface Opener<R> {
    R open() throws IOException;
  }

  @FunctionalInterface
  interface Parser<R, T> {
    T parse(R resource) throws IOException;
  }

  static <R extends Closeable, T> T parse(Opener<R> opener, Parser<R, T> parser)
      throws IOException {
    R resource = opener.open();
    boolean parsed = false;
    try {
      T result = parser.parse(resource);
      parsed = true;
      return result;
    } finally {
      if (!parsed) {
        closeQuietly(resource);
      }
    }
  }

  /** Closes what was only read; a failure loses nothing. */
  static void closeQuietly(Closeable resource) {
    try {
      resource.close();
    } catch (IOException ignored) {
      // While parsing, the first failure is the one to report.
    }
  }
}
