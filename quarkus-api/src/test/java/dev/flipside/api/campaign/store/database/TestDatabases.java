package dev.flipside.api.campaign.store.database;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionFactoryConfiguration.TransactionIsolation;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalConnectionFactoryConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalConnectionPoolConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.flywaydb.core.Flyway;

/**
 * Opens databases without Quarkus. The pools are Agroal's and have the settings of {@link
 * DataSourceSettings}, as in the service.
 */
public final class TestDatabases {
  private TestDatabases() {}

  /** Opens and migrates the database at a URL; the caller closes it. */
  public static Database open(String url) {
    StoreUrl ledger = new StoreUrl(url);
    return Database.open(ledger, connections(ledger));
  }

  static Connections connections(StoreUrl url) {
    AgroalDataSource maintenance = dataSource(url, "");
    Flyway flyway =
        Migrations.configure(Flyway.configure(), url.isSqlite())
            .dataSource(maintenance)
            .locations("classpath:dev/flipside/api/campaign/store/migrations")
            .load();
    return new Connections(
        flyway,
        maintenance,
        dataSource(url, DataSourceSettings.WRITER),
        dataSource(url, DataSourceSettings.READERS));
  }

  private static AgroalDataSource dataSource(StoreUrl url, String suffix) {
    String prefix = "quarkus.datasource." + url.dataSource() + suffix + ".jdbc.";
    Map<String, String> settings = new HashMap<>();
    DataSourceSettings.of(url)
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix)) {
                settings.put(name.substring(prefix.length()), value);
              }
            });
    AgroalDataSourceConfigurationSupplier configuration =
        new AgroalDataSourceConfigurationSupplier();
    AgroalConnectionPoolConfigurationSupplier pool =
        configuration
            .connectionPoolConfiguration()
            .connectionValidator(ConnectionValidator.defaultValidator());
    settings.forEach((name, value) -> apply(pool, name, value));
    try {
      return AgroalDataSource.from(configuration);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void apply(
      AgroalConnectionPoolConfigurationSupplier pool, String name, String value) {
    AgroalConnectionFactoryConfigurationSupplier factory = pool.connectionFactoryConfiguration();
    String property = "additional-jdbc-properties.";
    switch (name) {
      case "url" -> factory.jdbcUrl(value);
      case "new-connection-sql" -> factory.initialSql(value);
      case "transaction-isolation-level" ->
          factory.jdbcTransactionIsolation(
              TransactionIsolation.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_')));
      case "min-size" -> pool.minSize(Integer.parseInt(value));
      case "max-size" -> pool.maxSize(Integer.parseInt(value));
      case "acquisition-timeout" -> pool.acquisitionTimeout(Duration.parse("PT" + value));
      case "foreground-validation-interval" ->
          pool.idleValidationTimeout(Duration.parse("PT" + value));
      case "idle-removal-interval" -> pool.reapTimeout(Duration.parse("PT" + value));
      case "background-validation-interval" -> pool.validationTimeout(Duration.parse("PT" + value));
      default -> {
        if (!name.startsWith(property)) {
          throw new IllegalStateException(name + " is not applied in tests");
        }
        factory.jdbcProperty(name.substring(property.length()), value);
      }
    }
  }
}
