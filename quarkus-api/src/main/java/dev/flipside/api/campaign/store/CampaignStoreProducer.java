package dev.flipside.api.campaign.store;

import dev.flipside.api.config.DataFolder;
import dev.flipside.api.config.FlipsideConfig;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Opens the campaign store when the service starts and closes it when the service stops. */
@Singleton
final class CampaignStoreProducer {
  private final FlipsideConfig config;
  private final DataFolder data;

  @Inject
  CampaignStoreProducer(FlipsideConfig config, DataFolder data) {
    this.config = config;
    this.data = data;
  }

  @Produces
  @Singleton
  @Startup
  CampaignStore open() {
    return config
        .ledger()
        .url()
        .map(CampaignStore::open)
        .orElseGet(() -> CampaignStore.open(data.ledger()));
  }

  void close(@Disposes CampaignStore store) {
    store.close();
  }
}
