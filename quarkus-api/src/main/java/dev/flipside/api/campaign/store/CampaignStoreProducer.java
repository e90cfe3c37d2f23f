package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Connections;
import dev.flipside.api.campaign.store.database.DataSourceSettings;
import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.SqliteLibraries;
import dev.flipside.api.campaign.store.database.StoreUrl;
import dev.flipside.api.config.DataFolder;
import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.models.domain.FlipsideException;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource.DataSourceLiteral;
import io.quarkus.flyway.FlywayDataSource.FlywayDataSourceLiteral;
import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;

/** Opens the campaign store at startup and closes it at shutdown. */
@Singleton
final class CampaignStoreProducer {
  private static final Logger LOG = Logger.getLogger(CampaignStoreProducer.class);

  private static final int FAILED = 1;

  private final FlipsideConfig config;
  private final DataFolder data;
  private final Instance<AgroalDataSource> dataSources;
  private final Instance<Flyway> migrations;

  @Inject
  CampaignStoreProducer(
      FlipsideConfig config,
      DataFolder data,
      @Any Instance<AgroalDataSource> dataSources,
      @Any Instance<Flyway> migrations) {
    this.config = config;
    this.data = data;
    this.dataSources = dataSources;
    this.migrations = migrations;
  }

  /**
   * Opens the store.
   *
   * @throws PreventFurtherStepsException if the store cannot be opened; the reason is logged
   *     without a stack trace, and the service exits
   */
  @Produces
  @Singleton
  @Startup
  CampaignStore open() {
    try {
      StoreUrl url =
          config.ledger().url().map(StoreUrl::new).orElseGet(() -> StoreUrl.ofFile(data.ledger()));
      if (url.isSqlite()) {
        SqliteLibraries.deleteStale(SqliteLibraries.folder());
      }
      return new CampaignStore(Database.open(url, connections(url)), Clock.systemUTC());
    } catch (FlipsideException e) {
      LOG.error(e.getMessage());
      LOG.debug("the store cannot be opened", e);
      // Quarkus stops the startup without a stack trace because of the exception, then exits.
      Quarkus.asyncExit(FAILED);
      throw new PreventFurtherStepsException(e.getMessage(), FAILED);
    }
  }

  void close(@Disposes CampaignStore store) {
    store.close();
  }

  private Connections connections(StoreUrl url) {
    return new Connections(
        migrations.select(FlywayDataSourceLiteral.of(url.dataSource())).get(),
        dataSource(url.dataSource()),
        dataSource(url.dataSource() + DataSourceSettings.WRITER),
        dataSource(url.dataSource() + DataSourceSettings.READERS));
  }

  private AgroalDataSource dataSource(String name) {
    return dataSources.select(new DataSourceLiteral(name)).get();
  }
}
