package dev.flipside.scorer.pipeline;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** Sessions per device that are reused across pools. */
final class SessionPool implements AutoCloseable {
  private final Map<Integer, BatchRunner> devices = new HashMap<>();

  /** Returns the runner of a device. This object keeps ownership of it. */
  synchronized BatchRunner of(int device, IntFunction<BatchRunner> opened) {
    return devices.computeIfAbsent(device, opened::apply);
  }

  @Override
  public synchronized void close() {
    devices.values().forEach(BatchRunner::close);
    devices.clear();
  }
}
