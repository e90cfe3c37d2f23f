package dev.flipside.api.health;

import dev.flipside.api.job.ScoringWorker;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Readiness check: scoring jobs make progress. */
@Readiness
@Singleton
final class ScoringHealth implements HealthCheck {
  private final ScoringWorker worker;

  @Inject
  ScoringHealth(ScoringWorker worker) {
    this.worker = worker;
  }

  @Override
  public HealthCheckResponse call() {
    Optional<String> fault = worker.fault();
    return fault.isEmpty()
        ? HealthCheckResponse.up("scoring")
        : HealthCheckResponse.named("scoring").down().withData("error", fault.get()).build();
  }
}
