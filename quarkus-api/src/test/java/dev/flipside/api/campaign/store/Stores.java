package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.StoreUrl;
import dev.flipside.api.campaign.store.database.TestDatabases;
import java.nio.file.Path;
import java.time.Clock;

/** Opens campaign stores without Quarkus, with the settings that the service gives Quarkus. */
public final class Stores {
  private Stores() {}

  /** Opens the store in an SQLite file. */
  public static CampaignStore open(Path file) {
    return open(StoreUrl.ofFile(file).jdbc());
  }

  static CampaignStore open(String url) {
    return open(url, Clock.systemUTC());
  }

  static CampaignStore open(String url, Clock clock) {
    return new CampaignStore(TestDatabases.open(url), clock);
  }

  static CampaignStore open(String url, Clock clock, int heapCapacity) {
    return new CampaignStore(TestDatabases.open(url), clock, heapCapacity);
  }
}
