package dev.flipside.api.campaign.store.domain;

/** Thrown when the regions of an image are not known, because it has not been scored yet. */
public final class NotScoredException extends NotInStoreException {
  private static final long serialVersionUID = 1L;

  public NotScoredException(String message) {
    super(message);
  }
}
