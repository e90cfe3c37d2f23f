package dev.flipside.tools.bench;

import java.util.Locale;

/**
 * What training steps or images cost.
 *
 * @param what who made them
 * @param steps number of steps or images measured, the first of the process left out
 * @param cpuSeconds seconds of all processors, for each
 * @param seconds seconds of the clock, for each
 * @param peakMib most memory the process has had in RAM so far, NaN where the system does not tell
 */
public record StepCost(String what, int steps, double cpuSeconds, double seconds, double peakMib) {
  /** As JSON on one line. */
  public String toJson() {
    return String.format(
        Locale.ROOT,
        "{\"what\":\"%s\",\"steps\":%d,\"cpu_seconds_each\":%.4f,\"seconds_each\":%.4f,"
            + "\"per_second\":%.4f,\"peak_mib\":%s}",
        what,
        steps,
        cpuSeconds,
        seconds,
        1 / seconds,
        Double.isNaN(peakMib) ? "null" : String.format(Locale.ROOT, "%.1f", peakMib));
  }
}
