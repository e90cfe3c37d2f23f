package dev.flipside.scorer.inference;

import dev.flipside.models.domain.FlipsideException;
import org.jspecify.annotations.Nullable;

/** A network that cannot be loaded or run. */
public final class InferenceException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  /** A failure with what was beneath it, for logs. */
  public InferenceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
