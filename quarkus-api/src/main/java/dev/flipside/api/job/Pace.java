package dev.flipside.api.job;

import java.util.Locale;

/** How fast images go by, and how long the rest will take. */
final class Pace {
  private Pace() {}

  /** For example {@code 1.3 images/s, 2:05 left}. */
  static String of(long done, long total, long nanos) {
    double perSecond = done / Math.max(1e-9, nanos / 1e9);
    long left = Math.round((total - done) / perSecond);
    return done == total
        ? String.format(Locale.ROOT, "%.1f images/s", perSecond)
        : String.format(
            Locale.ROOT, "%.1f images/s, %d:%02d left", perSecond, left / 60, left % 60);
  }
}
