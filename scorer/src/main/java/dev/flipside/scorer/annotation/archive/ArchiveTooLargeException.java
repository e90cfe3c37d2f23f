package dev.flipside.scorer.annotation.archive;

import dev.flipside.models.domain.FlipsideException;

/** An archive unpacks to more than the limits; no further entry of it can be read. */
public final class ArchiveTooLargeException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  ArchiveTooLargeException(String message) {
    super(message);
  }
}
