package dev.flipside.api.campaign.store.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs statements in one transaction and caches prepared statements. Not thread-safe. */
public final class Sql implements AutoCloseable {
  /** Rows per fetch for results that may be as long as the pool. */
  private static final int FETCH_SIZE = 4096;

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  /** Borrows the connection; the caller closes it. */
  Sql(Connection connection) {
    this.connection = connection;
  }

  /** Maps one row. */
  @FunctionalInterface
  public interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Consumes one row of a long result. */
  @FunctionalInterface
  public interface EachRow {
    void take(ResultSet row) throws SQLException;
  }

  /** Runs an update and returns the number of changed rows. */
  public int update(String text, @Nullable Object... values) throws SQLException {
    return bound(text, values).executeUpdate();
  }

  /** Returns all rows. Also runs updates with a {@code RETURNING} clause. */
  public <T> List<T> rows(String text, Row<T> row, @Nullable Object... values) throws SQLException {
    try (ResultSet results = bound(text, values).executeQuery()) {
      List<T> rows = new ArrayList<>();
      while (results.next()) {
        rows.add(row.read(results));
      }
      return rows;
    }
  }

  /** Returns the first row, if any. */
  public <T> Optional<T> row(String text, Row<T> row, @Nullable Object... values)
      throws SQLException {
    return rows(text, row, values).stream().findFirst();
  }

  /** Streams the rows; the callback may run other statements. */
  public void each(String text, EachRow each, @Nullable Object... values) throws SQLException {
    try (Cursor cursor = cursor(text, values)) {
      while (cursor.next()) {
        each.take(cursor.row());
      }
    }
  }

  /** Opens a cursor over the rows. The caller closes it. */
  public Cursor cursor(String text, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(text);
    try {
      statement.setFetchSize(FETCH_SIZE);
      bind(statement, values);
      return new Cursor(statement, statement.executeQuery());
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private PreparedStatement bound(String text, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = prepared.get(text);
    if (statement == null) {
      statement = connection.prepareStatement(text);
      prepared.put(text, statement);
    }
    bind(statement, values);
    return statement;
  }

  private static void bind(PreparedStatement statement, @Nullable Object... values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  /** Closes the statements, not the connection. */
  @Override
  public void close() throws SQLException {
    for (PreparedStatement each : prepared.values()) {
      each.close();
    }
    prepared.clear();
  }

  /** A result that is read row by row. */
  public static final class Cursor implements AutoCloseable {
    private final PreparedStatement statement;
    private final ResultSet results;

    private Cursor(PreparedStatement statement, ResultSet results) {
      this.statement = statement;
      this.results = results;
    }

    public boolean next() throws SQLException {
      return results.next();
    }

    public ResultSet row() {
      return results;
    }

    @Override
    public void close() throws SQLException {
      statement.close();
    }
  }
}
