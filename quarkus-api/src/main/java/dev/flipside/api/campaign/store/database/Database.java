package dev.flipside.api.campaign.store.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.flipside.models.FlipsideException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * A database with one writer and a few readers.
 *
 * <p>Writers are served in groups: whoever finds the writing connection free commits the work of
 * everyone who waits in one transaction, so that 64 clients share one disk flush. Each work is
 * still all or nothing, by a savepoint.
 */
public final class Database implements AutoCloseable {
  private static final int READERS = 4;
  private static final int LARGEST_GROUP = 64;
  public static final int ATTEMPTS = 5;

  private final DatabaseFailures failures;
  private final HikariDataSource writer;
  private final HikariDataSource readers;

  /** None where the database sees to it itself. */
  private final @Nullable Checkpoints checkpoints;

  private final ReentrantLock lock = new ReentrantLock();

  /** A group has been committed. Guarded, like the two fields below, by the lock. */
  private final Condition committed = lock.newCondition();

  private final Queue<Pending<?>> waiting = new ArrayDeque<>();
  private boolean committing;
  private volatile Runnable undone = () -> {};

  private Database(
      DatabaseFailures failures,
      HikariDataSource writer,
      HikariDataSource readers,
      @Nullable Checkpoints checkpoints) {
    this.failures = failures;
    this.writer = writer;
    this.readers = readers;
    this.checkpoints = checkpoints;
  }

  /** Statements that belong together. May be run again when the database asks for it. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Sql sql) throws SQLException;
  }

  /**
   * Opens a database and brings its tables up to date.
   *
   * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql://HOST/NAME?user=…&password=…}
   * @throws LedgerException if it cannot be opened, read or written
   * @throws FlipsideException if the URL names another kind of database
   */
  public static Database open(String url) {
    boolean sqlite = url.startsWith("jdbc:sqlite:");
    if (!sqlite && !url.startsWith("jdbc:postgresql:")) {
      throw new FlipsideException(
          "ledger \""
              + withoutParameters(url)
              + "\": expected jdbc:sqlite:FILE or jdbc:postgresql://HOST/NAME");
    }
    DatabaseFailures failures =
        new DatabaseFailures(withoutParameters(url).replaceFirst("^jdbc:sqlite:", ""), sqlite);
    @Nullable HikariDataSource writer = null;
    try {
      // Fails at once where Flyway would try for long, on a file that is no database.
      writer = new HikariDataSource(sqlite ? sqliteWriter(url) : postgres(url, 1, false));
      migrate(url, sqlite);
      return new Database(
          failures,
          writer,
          new HikariDataSource(sqlite ? sqliteReaders(url) : postgres(url, READERS, true)),
          sqlite ? new Checkpoints(new HikariDataSource(sqlite(url, 1))) : null);
    } catch (RuntimeException e) {
      if (writer != null) {
        writer.close();
      }
      throw failures.translate(e);
    }
  }

  /**
   * Sets what is to happen after a transaction was undone as a whole, before the next one begins:
   * what works have noted in memory about it is wrong.
   */
  public void onUndone(Runnable action) {
    undone = action;
  }

  /**
   * Runs work in one read-only transaction that sees one state of the database.
   *
   * @throws LedgerException if the database fails
   */
  public <T> T read(Work<T> work) {
    try (Connection connection = readers.getConnection();
        Sql sql = new Sql(connection)) {
      connection.setAutoCommit(false);
      try {
        return work.run(sql);
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw failures.translate(e);
    }
  }

  /**
   * Runs work in a transaction and returns when it is on disk; a few times when the database says
   * that another node was faster.
   *
   * @throws LedgerException if the database fails; nothing of the work is kept
   * @throws RuntimeException what the work throws; nothing of the work is kept
   */
  public <T> T write(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return writeOnce(work);
      } catch (LedgerException e) {
        if (!e.lostRace() || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * As {@link #write}, once.
   *
   * @throws LedgerException if the database fails; nothing of the work is kept
   * @throws RuntimeException what the work throws; nothing of the work is kept
   */
  public <T> T writeOnce(Work<T> work) {
    Pending<T> mine = new Pending<>(work);
    lock.lock();
    try {
      waiting.add(mine);
      while (!mine.settled()) {
        if (committing) {
          committed.awaitUninterruptibly();
        } else {
          commitNextGroup();
        }
      }
    } finally {
      lock.unlock();
    }
    return mine.result();
  }

  /** Holds the lock at the start and at the end, and not while the database works. */
  private void commitNextGroup() {
    List<Pending<?>> group = new ArrayList<>();
    while (group.size() < LARGEST_GROUP && !waiting.isEmpty()) {
      group.add(waiting.remove());
    }
    committing = true;
    lock.unlock();
    try {
      commit(group);
    } finally {
      lock.lock();
      committing = false;
      group.forEach(Pending::settle);
      committed.signalAll();
    }
  }

  private void commit(List<Pending<?>> group) {
    try (Connection connection = writer.getConnection()) {
      try (Sql sql = new Sql(connection)) {
        connection.setAutoCommit(false);
        for (Pending<?> each : group) {
          Savepoint before = connection.setSavepoint();
          each.run(sql);
          if (each.failed()) {
            connection.rollback(before);
          }
          connection.releaseSavepoint(before);
        }
        // Commits. Connection.commit() would begin the next transaction at once in SQLite, and
        // hold the lock of the file while there is nothing to do.
        connection.setAutoCommit(true);
        if (checkpoints != null) {
          checkpoints.committed();
        }
      } catch (SQLException | RuntimeException | Error e) {
        // Closing the connection undoes the transaction, whatever state it is in.
        writer.evictConnection(connection);
        undone.run();
        throw e;
      }
    } catch (SQLException e) {
      group.forEach(each -> each.fail(failures.translate(e)));
    } catch (RuntimeException | Error e) {
      group.forEach(each -> each.fail(e));
    }
  }

  /** Closes every connection. May be called again. */
  @Override
  public void close() {
    if (checkpoints != null) {
      checkpoints.close();
    }
    readers.close();
    writer.close();
  }

  private static HikariConfig sqliteWriter(String url) {
    HikariConfig config = sqlite(url, 1);
    // The lock is taken at the start: a transaction that reads first and writes later would fail
    // if another process wrote in between.
    pragma(config, "transaction_mode", "IMMEDIATE");
    return config;
  }

  private static HikariConfig sqliteReaders(String url) {
    HikariConfig config = sqlite(url, READERS);
    pragma(config, "transaction_mode", "DEFERRED");
    return config;
  }

  private static HikariConfig sqlite(String url, int connections) {
    HikariConfig config = pool(url, connections);
    // Readers never wait for the writer, and a commit is on disk when it returns.
    pragma(config, "journal_mode", "WAL");
    pragma(config, "synchronous", "FULL");
    pragma(config, "foreign_keys", "true");
    pragma(config, "busy_timeout", "10000");
    // 16 MB of pages a connection. Commits see to the log themselves only where it has grown to
    // 256 MB because Checkpoints could not keep up.
    pragma(config, "cache_size", "-16000");
    config.setConnectionInitSql("PRAGMA wal_autocheckpoint = 64000");
    return config;
  }

  /** Sets an option of SQLite, unless the URL does. */
  private static void pragma(HikariConfig config, String name, String value) {
    if (!config.getJdbcUrl().matches(".*[?&]" + name + "=.*")) {
      config.addDataSourceProperty(name, value);
    }
  }

  private static HikariConfig postgres(String url, int connections, boolean readOnly) {
    HikariConfig config = pool(url, connections);
    config.setReadOnly(readOnly);
    config.setTransactionIsolation(
        readOnly ? "TRANSACTION_REPEATABLE_READ" : "TRANSACTION_READ_COMMITTED");
    return config;
  }

  private static HikariConfig pool(String url, int connections) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("flipside-ledger");
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(connections);
    config.setConnectionTimeout(TimeUnit.SECONDS.toMillis(30));
    config.setInitializationFailTimeout(1);
    return config;
  }

  /** Two processes may open a new ledger at once; the second one finds its tables made. */
  private static void migrate(String url, boolean sqlite) {
    Flyway flyway =
        Flyway.configure()
            .dataSource(url, null, null)
            .locations("classpath:dev/flipside/api/campaign/store/migrations")
            .placeholders(Map.of("clustered", sqlite ? "WITHOUT ROWID" : ""))
            .load();
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

  private static String withoutParameters(String url) {
    int parameters = url.indexOf('?');
    return parameters < 0 ? url : url.substring(0, parameters);
  }

  /** Work that waits for its turn; run by the thread that commits its group. */
  private static final class Pending<T> {
    private final Work<T> work;
    private @Nullable T value;
    private @Nullable Throwable failure;
    private boolean settled;

    Pending(Work<T> work) {
      this.work = work;
    }

    /** A failed statement ends the whole group; a refusal by the work itself only this work. */
    void run(Sql sql) throws SQLException {
      try {
        value = work.run(sql);
      } catch (RuntimeException e) {
        failure = e;
      }
    }

    boolean failed() {
      return failure != null;
    }

    boolean settled() {
      return settled;
    }

    void settle() {
      settled = true;
    }

    void fail(Throwable cause) {
      if (failure == null) {
        failure = cause;
      }
    }

    @SuppressWarnings("NullAway") // the value is what the work returned, null only if T allows it
    T result() {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      return value;
    }
  }
}
