package dev.flipside.api.health;

import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.models.domain.FlipsideException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Readiness check: the database can be written. */
@Readiness
@Singleton
final class StoreHealth implements HealthCheck {
  private final CampaignStore store;

  @Inject
  StoreHealth(CampaignStore store) {
    this.store = store;
  }

  @Override
  public HealthCheckResponse call() {
    try {
      store.jobs().requireWritable();
      return HealthCheckResponse.named("ledger")
          .up()
          .withData("campaigns", store.list().size())
          .build();
    } catch (FlipsideException e) {
      return HealthCheckResponse.named("ledger").down().withData("error", e.getMessage()).build();
    }
  }
}
