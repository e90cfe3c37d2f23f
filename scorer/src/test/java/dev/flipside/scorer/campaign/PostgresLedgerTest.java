package dev.flipside.scorer.campaign;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

@ExtendWith(PostgresServer.class)
class PostgresLedgerTest extends LedgerContract {
  @RegisterExtension final NewPostgresDatabase database = new NewPostgresDatabase();

  @Override
  String url() {
    return database.url();
  }
}
