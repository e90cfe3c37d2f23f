package dev.flipside.tools.tracking;

import java.io.IOException;
import java.util.Map;

/** Receives the numbers of one training or arm. */
interface Tracker {
  /**
   * Starts or resumes the run.
   *
   * @param parameters settings by name
   * @throws IOException if they cannot be passed on; the caller tries again later
   */
  void begin(Map<String, String> parameters) throws IOException;

  /**
   * Passes on numbers.
   *
   * @throws RefusedException if these numbers will never be taken
   * @throws IOException if they cannot be passed on; the caller tries again later
   */
  void log(Metrics metrics) throws IOException;

  /**
   * Ends the run.
   *
   * @param finished whether it ended as planned
   * @throws IOException if this cannot be passed on
   */
  void end(boolean finished) throws IOException;

  /** What was passed on is refused, now and later. */
  final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  /**
   * Numbers of one moment.
   *
   * @param step epoch, or number of labelled regions
   * @param milliseconds time since 1970
   * @param values numbers by name
   */
  record Metrics(long step, long milliseconds, Map<String, Double> values) {
    /** Copies the values. */
    public Metrics {
      values = Map.copyOf(values);
    }
  }
}
