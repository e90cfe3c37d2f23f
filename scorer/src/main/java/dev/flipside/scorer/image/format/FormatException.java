package dev.flipside.scorer.image.format;

/** Bytes that are no image that can be read. The message does not name the file. */
public final class FormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FormatException(String message) {
    super(message);
  }

  static FormatException truncated(String found) {
    return new FormatException(
        "the file is cut off or damaged: " + found + "; copy or export it again");
  }
}
