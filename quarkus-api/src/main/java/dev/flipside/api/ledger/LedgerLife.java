package dev.flipside.api.ledger;

import dev.flipside.api.campaign.store.CampaignLedger;
import dev.flipside.api.config.DataFolder;
import dev.flipside.api.config.FlipsideConfig;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Opens the ledger when the service starts and closes it when everything that uses it is gone. */
@Singleton
final class LedgerLife {
  private final FlipsideConfig config;
  private final DataFolder data;

  @Inject
  LedgerLife(FlipsideConfig config, DataFolder data) {
    this.config = config;
    this.data = data;
  }

  @Produces
  @Singleton
  @Startup
  CampaignLedger open() {
    return config
        .ledger()
        .url()
        .map(CampaignLedger::open)
        .orElseGet(() -> CampaignLedger.open(data.ledger()));
  }

  void close(@Disposes CampaignLedger ledger) {
    ledger.close();
  }
}
