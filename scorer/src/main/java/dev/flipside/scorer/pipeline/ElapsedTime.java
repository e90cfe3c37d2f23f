package dev.flipside.scorer.pipeline;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Sums the time that several threads spend on a task. Thread-safe. */
final class ElapsedTime {
  private final LongAdder nanos = new LongAdder();

  /** Adds the time since {@code start}, a value of {@link System#nanoTime}. */
  void since(long start) {
    nanos.add(System.nanoTime() - start);
  }

  Duration total() {
    return Duration.ofNanos(nanos.sum());
  }
}
