package dev.flipside.api.campaign.store.domain;

/** Thrown when an idempotency key was used for another request. */
public final class IdempotencyConflictException extends LeaseConflictException {
  private static final long serialVersionUID = 1L;

  public IdempotencyConflictException(String message) {
    super(message);
  }
}
