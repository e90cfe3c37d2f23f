package dev.flipside.api.campaign.store.domain;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Request for the best free regions of a campaign.
 *
 * @param campaign id of the campaign
 * @param model key of the scores that rank the regions
 * @param k number of regions, 1 to {@value #LARGEST_K}
 * @param annotator annotator, not blank
 * @param duration duration of the lease, at least 1 ms
 * @param idempotencyKey key of this request, null if none; repeating it for the same annotator
 *     returns the same lease
 */
public record LeaseRequest(
    String campaign,
    String model,
    int k,
    String annotator,
    Duration duration,
    @Nullable String idempotencyKey) {
  /** Maximum number of regions per request. */
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

  /** Creates a request without an idempotency key. */
  public LeaseRequest(String campaign, String model, int k, String annotator, Duration duration) {
    this(campaign, model, k, annotator, duration, null);
  }
}
