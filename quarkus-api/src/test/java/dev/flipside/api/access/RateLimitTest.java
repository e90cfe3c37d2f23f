package dev.flipside.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private final AtomicLong now = new AtomicLong();

  @Test
  void admits_moreThanASecondsWorth_refusedUntilTimePasses() {
    RateLimit limit = new RateLimit(2, now::get);
    assertThat(limit.admits("a")).isTrue();
    assertThat(limit.admits("a")).isTrue();
    assertThat(limit.admits("a")).isFalse();
    assertThat(limit.admits("b")).isTrue();
    now.addAndGet(500_000_000L);
    assertThat(limit.admits("a")).isTrue();
    assertThat(limit.admits("a")).isFalse();
  }

  @Test
  void admits_noLimit_always() {
    RateLimit limit = new RateLimit(0, now::get);
    for (int i = 0; i < 1000; i++) {
      assertThat(limit.admits("a")).isTrue();
    }
  }
}
