package dev.flipside.api.campaign.store.database;

import io.agroal.api.AgroalDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;

/**
 * The data sources of one database; see {@link DataSourceSettings}.
 *
 * @param flyway migrates the database
 * @param maintenance for work outside of transactions
 * @param writer has one connection
 * @param readers for transactions that only read
 */
public record Connections(
    Flyway flyway, AgroalDataSource maintenance, AgroalDataSource writer, AgroalDataSource readers)
    implements AutoCloseable {
  /**
   * Closes the physical connection behind the writer's connection, which undoes its transaction in
   * every state, and removes it from the pool. Agroal would commit an open transaction when the
   * connection is returned, and SQLite's driver refuses a rollback after a commit that failed.
   */
  void discardWriter(Connection connection) {
    try (connection) {
      connection.unwrap(Connection.class).close();
    } catch (SQLException e) {
      // Returning a connection that is closed already.
    }
    try {
      // Validates the pool's only connection, and drops it because it is closed.
      writer.isHealthy(false);
    } catch (SQLException e) {
      // There is no connection, and none can be opened: the next transaction reports it.
    }
  }

  @Override
  public void close() {
    maintenance.close();
    readers.close();
    writer.close();
  }
}
