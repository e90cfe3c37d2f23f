package dev.flipside.api.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.problem.ProblemType;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Ends requests whose body arrives too slowly: less than 16 KiB, or its rest, in each period. */
final class BodyDeadline {
  private static final long LEAST_BYTES = 16 << 10;
  private static final int TIMEOUT = 408;

  private final Duration period;
  private final ObjectMapper json;

  BodyDeadline(Duration period, ObjectMapper json) {
    this.period = period;
    this.json = json;
  }

  /** Watches a body from now on. */
  void watch(RoutingContext context) {
    watch(context, 0);
  }

  private void watch(RoutingContext context, long before) {
    long timer =
        context
            .vertx()
            .setTimer(
                period.toMillis(),
                fired -> {
                  long read = context.request().bytesRead();
                  if (!isOver(context)) {
                    if (read - before < LEAST_BYTES) {
                      end(context);
                    } else {
                      watch(context, read);
                    }
                  }
                });
    context.addEndHandler(ended -> context.vertx().cancelTimer(timer));
  }

  private static boolean isOver(RoutingContext context) {
    return context.request().isEnded() || context.response().ended() || context.response().closed();
  }

  private void end(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (!context.response().headWritten()) {
      new Refusal(
              ProblemType.BAD_REQUEST,
              TIMEOUT,
              "the body arrives too slowly; send it faster, or raise flipside.limits.body-timeout")
          .send(context, json);
    }
    // Ends whoever waits for the rest of the body.
    request.connection().close();
  }
}
