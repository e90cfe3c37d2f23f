package dev.flipside.tools.remote;

import dev.flipside.models.domain.FlipsideException;
import org.jspecify.annotations.Nullable;

/** Thrown when the service cannot be reached, or asks to come back later. */
public final class UnavailableException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  UnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
