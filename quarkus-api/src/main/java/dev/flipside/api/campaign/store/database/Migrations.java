package dev.flipside.api.campaign.store.database;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import io.quarkus.flyway.FlywayDataSource;
import jakarta.inject.Singleton;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Creates and upgrades the tables. One text serves both kinds of database, by a placeholder. */
final class Migrations {
  private static final int ATTEMPTS = 5;

  private Migrations() {}

  /** Sets what stands for {@code ${clustered}} in the migrations. */
  static FluentConfiguration configure(FluentConfiguration configuration, boolean sqlite) {
    // A property cannot have the empty value.
    return configuration.placeholders(Map.of("clustered", sqlite ? "WITHOUT ROWID" : ""));
  }

  /**
   * Brings the tables up to date. If two processes open a new database at once, the second one
   * fails and finds the tables in the next attempt.
   *
   * @throws FlywayException if that is not possible
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

  /** Configures Flyway on SQLite. */
  @Singleton
  @FlywayDataSource("sqlite")
  static final class OnSqlite implements FlywayConfigurationCustomizer {
    @Override
    public void customize(FluentConfiguration configuration) {
      configure(configuration, true);
    }
  }

  /** Configures Flyway on PostgreSQL. */
  @Singleton
  @FlywayDataSource("postgresql")
  static final class OnPostgresql implements FlywayConfigurationCustomizer {
    @Override
    public void customize(FluentConfiguration configuration) {
      configure(configuration, false);
    }
  }
}
