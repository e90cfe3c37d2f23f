package dev.flipside.models.domain;

import org.jspecify.annotations.Nullable;

/**
 * A failure that the user can fix: a missing file, a model that does not fit, a value out of range.
 * The message states what failed and where, what was expected and found, and the remedy, so that it
 * can be shown without a stack trace.
 */
public class FlipsideException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception without cause. */
  public FlipsideException(String message) {
    super(message);
  }

  /** Creates an exception with a cause, for logs. */
  public FlipsideException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
