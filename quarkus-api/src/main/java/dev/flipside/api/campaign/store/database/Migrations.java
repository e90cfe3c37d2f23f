package dev.flipside.api.campaign.store.database;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource;
import jakarta.inject.Singleton;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Creates and upgrades the tables. Both databases share the same scripts, with one placeholder. */
final class Migrations {
  private static final int ATTEMPTS = 5;

  private Migrations() {}

  /** Sets the value of {@code ${clustered}} in the migrations. */
  static FluentConfiguration configure(FluentConfiguration configuration, boolean sqlite) {
    // Configuration properties cannot have an empty value.
    return configuration.placeholders(Map.of("clustered", sqlite ? "WITHOUT ROWID" : ""));
  }

  /**
   * Migrates the tables. If two processes open a new database at once, the second one fails and
   * succeeds at the next attempt.
   *
   * @throws FlywayException if all attempts fail
   */
  static void run(Flyway flyway) {
    for (int attempt = 1; ; attempt++) {
      try {
        flyway.migrate();
        return;
      } catch (FlywayException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Configures Flyway for SQLite. */
  @Singleton
  @FlywayDataSource("sqlite")
  static final class OnSqlite implements FlywayConfigurationCustomizer {
    @Override
    public void customize(FluentConfiguration configuration) {
      configure(configuration, true);
    }
  }

  /** Configures Flyway for PostgreSQL. */
  @Singleton
  @FlywayDataSource("postgresql")
  static final class OnPostgresql implements FlywayConfigurationCustomizer {
    @Override
    public void customize(FluentConfiguration configuration) {
      configure(configuration, false);
    }
  }
}
