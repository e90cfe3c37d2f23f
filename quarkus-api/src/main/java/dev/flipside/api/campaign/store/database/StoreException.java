package dev.flipside.api.campaign.store.database;

import dev.flipside.models.domain.FlipsideException;
import org.jspecify.annotations.Nullable;

/** Thrown when the database refuses a request or fails. Changes confirmed before are kept. */
public class StoreException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  private final Cure cure;

  StoreException(String message, @Nullable Throwable cause, Cure cure) {
    super(message, cause);
    this.cure = cure;
  }

  /** Remedy for a failure. */
  enum Cure {
    /** Retry at once: the database rolled the transaction back in favor of another one. */
    AGAIN,
    /** Retry later: a lock or a server may become available. */
    PATIENCE,
    /** Free some space. */
    SPACE,
    /** Manual action is needed, as the message describes. */
    HELP
  }

  /** Returns whether the same call may succeed later without intervention. */
  public boolean worthRetrying() {
    return cure != Cure.HELP;
  }

  /** Returns whether no space is left for the database. */
  public boolean diskFull() {
    return cure == Cure.SPACE;
  }

  /**
   * Returns whether the transaction was rolled back because of a concurrent one and can be retried
   * at once.
   */
  public boolean lostRace() {
    return cure == Cure.AGAIN;
  }
}
