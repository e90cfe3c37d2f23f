package dev.flipside.scorer.campaign;

import dev.flipside.models.FlipsideException;

/** A campaign, image, region, lease or job that the ledger does not hold. */
public class NotInLedgerException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  NotInLedgerException(String message) {
    super(message);
  }
}
