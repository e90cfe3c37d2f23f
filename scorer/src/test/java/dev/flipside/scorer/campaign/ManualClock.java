package dev.flipside.scorer.campaign;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until one thread sets it. */
final class ManualClock extends Clock {
  private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread sets it
  void forward(Duration by) {
    now = now.plus(by);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread sets it
  void back(Duration by) {
    now = now.minus(by);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
