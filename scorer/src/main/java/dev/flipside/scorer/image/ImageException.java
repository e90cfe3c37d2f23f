package dev.flipside.scorer.image;

import dev.flipside.models.domain.FlipsideException;
import org.jspecify.annotations.Nullable;

/** An image or label file cannot be read or written. The message contains the path. */
public final class ImageException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception without cause. */
  public ImageException(String message) {
    super(message);
  }

  /** Creates an exception with a cause, for logs. */
  public ImageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
