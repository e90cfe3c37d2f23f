package dev.flipside.tools.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Seconds of the clock and of all processors that this process took since a start. */
final class ProcessClock {
  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private long startNanos;
  private long startCpuNanos;

  void start() {
    startNanos = System.nanoTime();
    startCpuNanos = system.getProcessCpuTime();
  }

  double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  double cpuSeconds() {
    return (system.getProcessCpuTime() - startCpuNanos) / 1e9;
  }
}
