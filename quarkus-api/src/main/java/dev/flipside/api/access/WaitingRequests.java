package dev.flipside.api.access;

import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Lets requests wait, or stream events, without the slots of those that are worked on. */
@Singleton
public final class WaitingRequests {
  private static final int RETRY_AFTER_SECONDS = 5;

  private final CurrentVertxRequest current;
  private final FlipsideConfig.Limits limits;

  @Inject
  WaitingRequests(CurrentVertxRequest current, FlipsideConfig config) {
    this.current = current;
    this.limits = config.limits();
  }

  /**
   * Counts the current request as waiting, until it ends.
   *
   * @throws ApiProblem if too many wait
   */
  public void enter() {
    RoutingContext context = current.getCurrent();
    ConcurrencyLimit.Slot slot = context == null ? null : context.get(AdmissionFilter.SLOT);
    if (slot != null && !slot.move(ConcurrencyLimit.Kind.WAIT)) {
      throw ApiProblem.of(
              ProblemType.TOO_MANY,
              limits.waitingRequests()
                  + " requests wait or stream events, or half as many of this client; try again"
                  + " later, or raise flipside.limits.waiting-requests")
          .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }
  }
}
