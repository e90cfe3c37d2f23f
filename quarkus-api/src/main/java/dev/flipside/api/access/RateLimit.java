package dev.flipside.api.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * So many requests a second for each client, as a bucket that fills steadily and holds one second's
 * worth. Clients are remembered up to a bound; the one longest unseen is forgotten first.
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
   * @param perSecond requests a second and client; 0 admits all
   */
  RateLimit(int perSecond, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
  }

  /** Takes one request of a client, if there is room. */
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
