package dev.flipside.tools.console;

import dev.flipside.scorer.pipeline.Progress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a long task: the rate and, if the total is known, a bar and the remaining
 * time. On a terminal, one line is redrawn; otherwise a line is printed every ten seconds.
 * Thread-safe.
 */
public final class ConsoleProgress implements Progress, AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long LINE_NANOS = 10_000_000_000L;
  private static final int BAR_WIDTH = 24;

  private final String task;
  private final String unit;
  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoClock;
  private final long start;
  private long doneBefore;
  private long lastShown;
  private int lastWidth;

  /** The last line, if it was suppressed because the previous one was shown too recently. */
  private @Nullable String latest;

  /**
   * @param task name of the task, a few words
   * @param unit what is counted, in the plural, for example {@code images}
   * @param out where to write; borrowed
   * @param terminal whether {@code out} is a terminal that can redraw a line
   * @param nanoClock time in nanoseconds
   */
  public ConsoleProgress(
      String task, String unit, PrintStream out, boolean terminal, LongSupplier nanoClock) {
    this.task = task;
    this.unit = unit;
    this.out = out;
    this.terminal = terminal;
    this.nanoClock = nanoClock;
    this.start = nanoClock.getAsLong();
    this.lastShown = start;
  }

  /** Creates a progress display on standard error. */
  public static ConsoleProgress onStandardError(String task, String unit) {
    // Set by the launcher: Java cannot determine whether standard error is a terminal.
    boolean terminal =
        Boolean.getBoolean("flipside.terminal") && !"dumb".equals(System.getenv("TERM"));
    return new ConsoleProgress(task, unit, System.err, terminal, System::nanoTime);
  }

  @Override
  public synchronized void advance(long done, long total, String note) {
    long now = nanoClock.getAsLong();
    boolean finished = total > 0 && done >= total;
    long pause = terminal ? REDRAW_NANOS : LINE_NANOS;
    String line = describe(done, total, (now - start) / 1e9, note);
    if (now - lastShown < pause && !(finished && terminal)) {
      latest = line;
      return;
    }
    lastShown = now;
    show(line);
  }

  @Override
  public synchronized void resumeAt(long done) {
    doneBefore = done;
  }

  /** Shows the last state and ends the line. */
  @Override
  public synchronized void close() {
    if (terminal && lastWidth > 0) {
      if (latest != null) {
        show(latest);
      }
      out.println();
      out.flush();
      lastWidth = 0;
    }
  }

  private void show(String line) {
    latest = null;
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, lastWidth - line.length())));
      lastWidth = line.length();
    } else {
      out.println(line);
    }
    out.flush();
  }

  private String describe(long done, long total, double seconds, String note) {
    double rate = seconds > 0 ? (done - doneBefore) / seconds : 0;
    StringBuilder line = new StringBuilder(task).append("  ");
    if (terminal && total > 0) {
      int full = (int) (BAR_WIDTH * Math.min(done, total) / total);
      line.append("█".repeat(full)).append("░".repeat(BAR_WIDTH - full)).append("  ");
    }
    line.append(done);
    if (total > 0) {
      line.append('/').append(total);
    }
    line.append(' ').append(unit);
    line.append(String.format(Locale.ROOT, ", %.1f/s", rate));
    if (total > done && rate > 0) {
      line.append(", ").append(duration((total - done) / rate)).append(" left");
    }
    if (!note.isEmpty()) {
      line.append(", ").append(note);
    }
    return line.toString();
  }

  /** Formats a duration for humans: {@code 8 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
  public static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return whole / 60 + " min " + whole % 60 + " s";
    }
    return whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}
