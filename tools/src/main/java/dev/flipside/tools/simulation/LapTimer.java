package dev.flipside.tools.simulation;

/** Measures the wall-clock time of one stage after another. */
final class LapTimer {
  private long last = System.nanoTime();

  /** Seconds since the last lap. */
  double lap() {
    long now = System.nanoTime();
    double seconds = (now - last) / 1e9;
    last = now;
    return seconds;
  }
}
