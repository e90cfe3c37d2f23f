package dev.flipside.api.campaign.store.database;

import io.agroal.api.AgroalDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;

/**
 * The data sources of one database; see {@link DataSourceSettings}.
 *
 * @param flyway migrates the database
 * @param maintenance connections for work outside of transactions
 * @param writer pool with one connection
 * @param readers pool for read-only transactions
 */
public record Connections(
    Flyway flyway, AgroalDataSource maintenance, AgroalDataSource writer, AgroalDataSource readers)
    implements AutoCloseable {
  /**
   * Closes the physical connection of the writer, which rolls back its transaction in every state,
   * and removes it from the pool. Agroal would commit an open transaction when the connection is
   * returned, and the SQLite driver refuses a rollback after a failed commit.
   */
  void discardWriter(Connection connection) {
    try (connection) {
      connection.unwrap(Connection.class).close();
    } catch (SQLException e) {
      // The returned connection is already closed.
    }
    try {
      // Validates the only connection of the pool and drops it because it is closed.
      writer.isHealthy(false);
    } catch (SQLException e) {
      // No connection can be opened; the next transaction reports it.
    }
  }

  @Override
  public void close() {
    maintenance.close();
    readers.close();
    writer.close();
  }
}
