package dev.flipside.tools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process, native memory included, as Linux tells it. */
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /** MiB in RAM now; NaN on other systems. */
  static double residentMib() {
    return mib("VmRSS:");
  }

  /** Most MiB that have been in RAM; NaN on other systems. */
  static double peakMib() {
    return mib("VmHWM:");
  }

  private static double mib(String field) {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(field)) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        }
      }
    } catch (IOException e) {
      return Double.NaN;
    }
    return Double.NaN;
  }
}
