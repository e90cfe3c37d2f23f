package dev.flipside.scorer.image;

import dev.flipside.models.domain.FlipsideException;
import org.jspecify.annotations.Nullable;

/** An image or label file that cannot be read or written; the message names the file. */
public final class ImageException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  /** A failure with nothing beneath it. */
  public ImageException(String message) {
    super(message);
  }

  /** A failure with what was beneath it, for logs. */
  public ImageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
