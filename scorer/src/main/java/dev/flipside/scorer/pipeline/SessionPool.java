package dev.flipside.scorer.pipeline;

import dev.flipside.scorer.inference.ScoringSessions;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** Sessions per device that are reused across pools. */
public final class SessionPool implements AutoCloseable {
  private final Map<Integer, ScoringSessions> devices = new HashMap<>();

  /** Returns the sessions of a device. This object keeps ownership of them. */
  synchronized ScoringSessions of(int device, IntFunction<ScoringSessions> opened) {
    return devices.computeIfAbsent(device, opened::apply);
  }

  @Override
  public synchronized void close() {
    devices.values().forEach(ScoringSessions::close);
    devices.clear();
  }
}
