package dev.flipside.api.campaign.store.domain;

import dev.flipside.models.domain.FlipsideException;

/** Thrown when a campaign, image, region, lease or job does not exist in the store. */
public class NotInStoreException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  public NotInStoreException(String message) {
    super(message);
  }
}
