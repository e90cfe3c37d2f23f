package dev.flipside.api.health;

import dev.flipside.api.campaign.store.CampaignLedger;
import dev.flipside.models.FlipsideException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means that the ledger answers. */
@Readiness
@Singleton
final class LedgerHealth implements HealthCheck {
  private final CampaignLedger ledger;

  @Inject
  LedgerHealth(CampaignLedger ledger) {
    this.ledger = ledger;
  }

  @Override
  public HealthCheckResponse call() {
    try {
      return HealthCheckResponse.named("ledger")
          .up()
          .withData("campaigns", ledger.list().size())
          .build();
    } catch (FlipsideException e) {
      return HealthCheckResponse.named("ledger").down().withData("error", e.getMessage()).build();
    }
  }
}
