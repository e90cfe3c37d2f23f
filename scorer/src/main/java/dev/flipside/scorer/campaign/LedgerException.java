package dev.flipside.scorer.campaign;

import dev.flipside.models.FlipsideException;
import org.jspecify.annotations.Nullable;

/** The ledger's database refused or failed; what had been confirmed before is still there. */
public class LedgerException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  private final boolean worthRetrying;

  LedgerException(String message, @Nullable Throwable cause, boolean worthRetrying) {
    super(message, cause);
    this.worthRetrying = worthRetrying;
  }

  /** Whether the same call may succeed when it is made again, with nothing changed. */
  public boolean worthRetrying() {
    return worthRetrying;
  }
}
