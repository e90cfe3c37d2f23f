package dev.flipside.api.campaign.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is set. */
final class ManualClock extends Clock {
  private final AtomicLong now =
      new AtomicLong(Instant.parse("2026-03-01T12:00:00Z").toEpochMilli());

  void forward(Duration by) {
    now.addAndGet(by.toMillis());
  }

  void back(Duration by) {
    now.addAndGet(-by.toMillis());
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(now.get());
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
