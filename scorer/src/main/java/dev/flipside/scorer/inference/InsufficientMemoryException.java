package dev.flipside.scorer.inference;

import org.jspecify.annotations.Nullable;

/** The memory of a device does not suffice for a model and its batch. */
public final class InsufficientMemoryException extends InferenceException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a cause, for logs. */
  public InsufficientMemoryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
