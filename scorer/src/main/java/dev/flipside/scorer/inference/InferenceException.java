package dev.flipside.scorer.inference;

import dev.flipside.models.domain.FlipsideException;
import org.jspecify.annotations.Nullable;

/** A model cannot be loaded or run. */
public final class InferenceException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a cause, for logs. */
  public InferenceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
