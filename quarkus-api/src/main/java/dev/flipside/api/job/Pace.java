package dev.flipside.api.job;

import java.util.Locale;

/** Formats the scoring rate and the remaining time. */
final class Pace {
  private Pace() {}

  /** Returns a text such as {@code 1.3 images/s, 2:05 left}. */
  static String of(long done, long total, long nanos) {
    double perSecond = done / Math.max(1e-9, nanos / 1e9);
    long left = Math.round((total - done) / perSecond);
    return done == total
        ? String.format(Locale.ROOT, "%.1f images/s", perSecond)
        : String.format(
            Locale.ROOT, "%.1f images/s, %d:%02d left", perSecond, left / 60, left % 60);
  }
}
