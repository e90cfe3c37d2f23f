package dev.flipside.tools.report;

import dev.flipside.tools.statistics.Spread;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as the report writes them. */
final class Numbers {
  private Numbers() {}

  /** Four decimals, or a dash for what is not there. */
  static String score(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4f", value);
  }

  /** Mean and standard deviation; a single value alone; a dash for none. */
  static String spread(@Nullable Spread spread) {
    if (spread == null) {
      return "–";
    }
    return spread.count() < 2
        ? score(spread.mean())
        : score(spread.mean()) + " ± " + score(spread.deviation());
  }

  /** A fraction as per cent with up to one decimal: {@code 12 %}, {@code 2.5 %}. */
  static String percent(double fraction) {
    String text = String.format(Locale.ROOT, "%.1f", 100 * fraction);
    return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + " %";
  }

  /** A count and its noun: {@code 1 seed}, {@code 3 seeds}. */
  static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
