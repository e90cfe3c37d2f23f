package dev.flipside.scorer.inference;

import dev.flipside.models.domain.FlipsideException;
import org.jspecify.annotations.Nullable;

/** A model cannot be loaded or run. */
public sealed class InferenceException extends FlipsideException
    permits InsufficientMemoryException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a cause, for logs. */
  public InferenceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
