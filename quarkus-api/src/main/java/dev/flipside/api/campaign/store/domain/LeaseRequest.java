package dev.flipside.api.campaign.store.domain;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the best free regions of a campaign.
 *
 * @param campaign id of the campaign
 * @param model whose scores rank the regions, as given when they were put into the ledger
 * @param k how many, 1 to {@value #LARGEST_K}
 * @param annotator who will have them, not blank
 * @param duration how long; the regions go back when it is over, at least a millisecond
 * @param idempotencyKey names this request: made again by the same annotator it gets the same lease
 */
public record LeaseRequest(
    String campaign,
    String model,
    int k,
    String annotator,
    Duration duration,
    @Nullable String idempotencyKey) {
  /** More regions than this are asked for in several requests. */
  public static final int LARGEST_K = 100_000;

  /**
   * @throws IllegalArgumentException if a value is blank or out of range
   */
  public LeaseRequest {
    if (k < 1 || k > LARGEST_K) {
      throw new IllegalArgumentException("k " + k + ": expected 1 to " + LARGEST_K + " regions");
    }
    if (annotator.isBlank()) {
      throw new IllegalArgumentException("annotator: expected some text, found none");
    }
    if (duration.toMillis() < 1) {
      throw new IllegalArgumentException("lease of " + duration + ": expected at least 1 ms");
    }
    if (idempotencyKey != null && idempotencyKey.isBlank()) {
      throw new IllegalArgumentException("idempotency key: expected some text, found none");
    }
  }

  /** A request without an idempotency key. */
  public LeaseRequest(String campaign, String model, int k, String annotator, Duration duration) {
    this(campaign, model, k, annotator, duration, null);
  }
}
