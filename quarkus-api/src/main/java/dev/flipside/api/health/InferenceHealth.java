package dev.flipside.api.health;

import dev.flipside.api.model.InferenceSettings;
import dev.flipside.api.model.Models;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.registry.ModelEntry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Readiness check: the configured execution provider works. Reports the active model. */
@Readiness
@Singleton
final class InferenceHealth implements HealthCheck {
  private final InferenceSettings inference;
  private final Models models;

  @Inject
  InferenceHealth(InferenceSettings inference, Models models) {
    this.inference = inference;
    this.models = models;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder health = HealthCheckResponse.named("inference");
    try {
      return health
          .up()
          .withData("provider", inference.provider())
          .withData("model", models.active().map(ModelEntry::id).orElse("none is active"))
          .build();
    } catch (FlipsideException e) {
      return health.down().withData("error", e.getMessage()).build();
    }
  }
}
