package dev.flipside.api.campaign.store.domain;

import dev.flipside.models.domain.FlipsideException;

/** Thrown when a lease has ended. */
public class LeaseConflictException extends FlipsideException {
  private static final long serialVersionUID = 1L;

  public LeaseConflictException(String message) {
    super(message);
  }
}
