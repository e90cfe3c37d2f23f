package dev.flipside.api.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Token bucket rate limit per client; a bucket holds one second of requests. Keeps a bounded number
 * of clients and evicts the least recently seen.
 */
final class RateLimit {
  private static final int CLIENTS = 10_000;
  private static final double NANOS = 1e9;

  private record Bucket(double tokens, long filledAt) {}

  private final int perSecond;
  private final LongSupplier nanoTime;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > CLIENTS;
        }
      };

  /**
   * @param perSecond requests per second and client; 0 for no limit
   */
  RateLimit(int perSecond, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
  }

  /** Returns whether a request is admitted, and if so, takes a token. */
  synchronized boolean admits(String client) {
    if (perSecond == 0) {
      return true;
    }
    long now = nanoTime.getAsLong();
    Bucket bucket = buckets.getOrDefault(client, new Bucket(perSecond, now));
    double tokens =
        Math.min(perSecond, bucket.tokens() + (now - bucket.filledAt()) / NANOS * perSecond);
    boolean room = tokens >= 1;
    buckets.put(client, new Bucket(room ? tokens - 1 : tokens, now));
    return room;
  }
}
