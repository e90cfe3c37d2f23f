package dev.flipside.tools.remote;

import dev.flipside.models.domain.FlipsideException;

/** Thrown when the service refuses a request, with its own words. */
public final class RefusedException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  private final int status;

  RefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Returns whether the state of what was asked for does not allow it. */
  public boolean isConflict() {
    return status == CONFLICT;
  }

  /** Returns whether there is no such thing. */
  public boolean isNotFound() {
    return status == NOT_FOUND;
  }
}
