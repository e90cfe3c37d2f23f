package dev.flipside.api.campaign.store;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives each test a PostgreSQL database of its own. */
public final class NewPostgresDatabase implements BeforeEachCallback {
  private String url = "";

  @Override
  public void beforeEach(ExtensionContext context) {
    url = PostgresServer.newDatabase(context);
  }

  /** The address of the database of this test. */
  public String url() {
    return url;
  }
}
