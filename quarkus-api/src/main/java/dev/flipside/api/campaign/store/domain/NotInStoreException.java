package dev.flipside.api.campaign.store.domain;

import dev.flipside.models.domain.FlipsideException;

/** A campaign, image, region, lease or job that the ledger does not hold. */
public class NotInStoreException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  public NotInStoreException(String message) {
    super(message);
  }
}
