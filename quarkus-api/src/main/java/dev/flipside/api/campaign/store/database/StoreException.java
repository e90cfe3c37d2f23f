package dev.flipside.api.campaign.store.database;

import dev.flipside.models.domain.FlipsideException;
import org.jspecify.annotations.Nullable;

/** The ledger's database refused or failed; what had been confirmed before is still there. */
public class StoreException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  private final Cure cure;

  StoreException(String message, @Nullable Throwable cause, Cure cure) {
    super(message, cause);
    this.cure = cure;
  }

  /** What helps. */
  enum Cure {
    /** Run the same transaction again, now: the database undid it in favour of another. */
    AGAIN,
    /** Wait: a lock or a server may come free. */
    PATIENCE,
    /** Somebody must do what the message says. */
    HELP
  }

  /** Whether the same call may succeed later, with nothing done about it. */
  public boolean worthRetrying() {
    return cure != Cure.HELP;
  }

  /** Whether the database certainly undid the transaction and would take it now. */
  public boolean lostRace() {
    return cure == Cure.AGAIN;
  }
}
