package dev.flipside.scorer;

import dev.flipside.scorer.inference.ScoringSessions;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** Sessions that stay open from one small pool to the next, those of each device. */
final class KeptSessions implements AutoCloseable {
  private final Map<Integer, ScoringSessions> devices = new HashMap<>();

  /** The sessions of a device; they stay this object's. */
  synchronized ScoringSessions of(int device, IntFunction<ScoringSessions> opened) {
    return devices.computeIfAbsent(device, opened::apply);
  }

  @Override
  public synchronized void close() {
    devices.values().forEach(ScoringSessions::close);
    devices.clear();
  }
}
