package dev.flipside.tools.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * The pause after a failed round: a minute, twice as long after each further failure, at most an
 * hour. A restarted agent tries again at once.
 */
final class FailureBackoff {
  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final int MOST_DOUBLINGS = 6;
  private static final Duration LONGEST = Duration.ofHours(1);

  private final InstantSource clock;
  private final Map<String, Integer> failures = new HashMap<>();
  private final Map<String, Instant> ends = new HashMap<>();

  FailureBackoff(InstantSource clock) {
    this.clock = clock;
  }

  /** Begins a pause for a campaign. */
  void failed(String campaign) {
    int before = failures.merge(campaign, 1, Integer::sum) - 1;
    Duration pause = FIRST.multipliedBy(1L << Math.min(before, MOST_DOUBLINGS));
    ends.put(campaign, clock.instant().plus(pause.compareTo(LONGEST) < 0 ? pause : LONGEST));
  }

  /** Forgets the failures of a campaign. */
  void succeeded(String campaign) {
    failures.remove(campaign);
    ends.remove(campaign);
  }

  /** Returns whether a campaign has no pause now. */
  boolean areOver(String campaign) {
    return !clock.instant().isBefore(ends.getOrDefault(campaign, Instant.MIN));
  }
}
