package dev.flipside.api.campaign.store.database;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Quarkus data source settings for a ledger URL. Each kind of database has three data sources:
 * {@code sqlite} or {@code postgresql} for migrations and checkpoints, and with the suffixes {@link
 * #WRITER} and {@link #READERS} for transactions of the store. Only those for the database of the
 * URL are active.
 */
public final class DataSourceSettings {
  /** Suffix of the data source with the single writing connection. */
  public static final String WRITER = "-writer";

  /** Suffix of the data source for read-only transactions. */
  public static final String READERS = "-readers";

  /** Number of connections for read-only transactions. */
  static final int READER_CONNECTIONS = 4;

  private static final String PREFIX = "quarkus.datasource.";

  private final Map<String, String> settings = new HashMap<>();

  private DataSourceSettings() {}

  /** Returns settings in which all data sources are inactive. */
  static Map<String, String> inactive() {
    DataSourceSettings all = new DataSourceSettings();
    for (String kind : List.of("sqlite", "postgresql")) {
      for (String suffix : List.of("", WRITER, READERS)) {
        all.settings.put(PREFIX + kind + suffix + ".active", "false");
      }
    }
    return all.settings;
  }

  /** Returns the settings for a ledger URL, by Quarkus property name. */
  public static Map<String, String> of(StoreUrl url) {
    DataSourceSettings active = new DataSourceSettings();
    active.settings.putAll(inactive());
    active.pool(url, "", 2);
    active.pool(url, WRITER, 1);
    active.pool(url, READERS, READER_CONNECTIONS);
    active.keepOpen(url, WRITER);
    active.keepOpen(url, READERS);
    if (url.isSqlite()) {
      active.sqlite(url, "", "DEFERRED");
      // Lock at the start: a transaction that reads first and writes later would fail if another
      // process wrote in between.
      active.sqlite(url, WRITER, "IMMEDIATE");
      active.sqlite(url, READERS, "DEFERRED");
    } else {
      active.set(url, WRITER, "transaction-isolation-level", "read-committed");
      active.set(url, READERS, "transaction-isolation-level", "repeatable-read");
      active.set(url, READERS, "additional-jdbc-properties.readOnly", "true");
      // Replaces connections to a server that was restarted.
      active.set(url, WRITER, "foreground-validation-interval", "1S");
      active.set(url, READERS, "foreground-validation-interval", "1S");
    }
    return active.settings;
  }

  private void pool(StoreUrl url, String suffix, int connections) {
    settings.put(PREFIX + url.dataSource() + suffix + ".active", "true");
    set(url, suffix, "url", url.jdbc());
    set(url, suffix, "min-size", "0");
    set(url, suffix, "max-size", Integer.toString(connections));
    set(url, suffix, "acquisition-timeout", "30S");
  }

  /**
   * Keeps connections until the pool is closed. Agroal (3.2) can miss a connection that becomes
   * free while it searches, and then waits for the acquisition timeout. Therefore callers never
   * request more connections than the pool has, and only callers remove connections.
   */
  private void keepOpen(StoreUrl url, String suffix) {
    set(url, suffix, "idle-removal-interval", "0S");
    set(url, suffix, "background-validation-interval", "0S");
  }

  private void sqlite(StoreUrl url, String suffix, String transactionMode) {
    pragma(url, suffix, "transaction_mode", transactionMode);
    // Readers never wait for the writer, and a commit is on disk when it returns.
    pragma(url, suffix, "journal_mode", "WAL");
    pragma(url, suffix, "synchronous", "FULL");
    pragma(url, suffix, "foreign_keys", "true");
    pragma(url, suffix, "busy_timeout", "10000");
    // 16 MB of pages per connection.
    pragma(url, suffix, "cache_size", "-16000");
    // A commit checkpoints the log only after the log has grown to 256 MB because WalCheckpointer
    // could not keep up. The driver runs only one statement here.
    set(url, suffix, "new-connection-sql", "PRAGMA wal_autocheckpoint = 64000");
  }

  /** Sets an SQLite option. Properties override the URL, so URL parameters are applied here. */
  private void pragma(StoreUrl url, String suffix, String name, String value) {
    set(
        url,
        suffix,
        "additional-jdbc-properties." + name,
        url.parameters().getOrDefault(name, value));
  }

  private void set(StoreUrl url, String suffix, String name, String value) {
    settings.put(PREFIX + url.dataSource() + suffix + ".jdbc." + name, value);
  }
}
