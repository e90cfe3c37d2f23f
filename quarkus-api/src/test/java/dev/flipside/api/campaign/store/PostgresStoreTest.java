package dev.flipside.api.campaign.store;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

@ExtendWith(PostgresServer.class)
class PostgresStoreTest extends StoreContract {
  @RegisterExtension final NewPostgresDatabase database = new NewPostgresDatabase();

  @Override
  String url() {
    return database.url();
  }
}
