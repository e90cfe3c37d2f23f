package dev.flipside.models.domain;

import org.jspecify.annotations.Nullable;

/**
 * A failure that a user caused or can cure: a file that is missing, a model that does not fit, a
 * value out of range. Its message says what, where, what was expected, what was found and what to
 * do, so that it can be shown alone, without a stack trace.
 */
public class FlipsideException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure with nothing beneath it. */
  public FlipsideException(String message) {
    super(message);
  }

  /** A failure with what was beneath it, for logs. */
  public FlipsideException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
