package dev.flipside.scorer.pipeline;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Adds up the time that several threads spend on one thing. */
final class ElapsedTime {
  private final LongAdder nanos = new LongAdder();

  /** Adds the time from a moment, as {@link System#nanoTime} told it, to now. */
  void since(long start) {
    nanos.add(System.nanoTime() - start);
  }

  Duration total() {
    return Duration.ofNanos(nanos.sum());
  }
}
