package dev.flipside.spark;

import dev.flipside.models.domain.FlipsideException;
import java.io.UncheckedIOException;

/** What Spark throws if a task fails, as errors of Flipside. */
final class SparkFailure {
  private SparkFailure() {}

  /**
   * Returns the error to throw: one of Flipside itself as it is, another one with what a task or a
   * store said, without the trace that Spark puts around it.
   *
   * @param what what was stopped, the start of the message
   * @param remedy end of the message, may be empty
   */
  static FlipsideException of(String what, Exception failure, String remedy) {
    return failure instanceof FlipsideException own
        ? own
        : new FlipsideException(what + ": " + reason(failure) + remedy, failure);
  }

  private static String reason(Throwable failure) {
    String reason = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof FlipsideException || each instanceof UncheckedIOException) {
        reason = String.valueOf(each.getMessage());
      }
    }
    return reason;
  }
}
