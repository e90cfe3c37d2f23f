package dev.flipside.api.campaign.store.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A database with one writer and several readers.
 *
 * <p>Writes are committed in groups: the thread that finds the writing connection free commits the
 * work of all waiting threads in one transaction, so that up to 64 writes share one disk flush.
 * Savepoints keep each write atomic.
 */
public final class Database implements AutoCloseable {
  private static final int LARGEST_GROUP = 64;
  private static final Duration READER_TIMEOUT = Duration.ofSeconds(30);
  public static final int ATTEMPTS = 5;

  private final DatabaseFailures failures;
  private final Connections connections;

  /** Null for PostgreSQL, which checkpoints itself. */
  private final @Nullable WalCheckpointer checkpoints;

  /** One permit per reader connection; see {@link DataSourceSettings}. */
  private final Semaphore freeReaders = new Semaphore(DataSourceSettings.READER_CONNECTIONS, true);

  private final ReentrantLock lock = new ReentrantLock();

  /** Signals that a group was committed. Guarded by the lock, like the two fields below. */
  private final Condition committed = lock.newCondition();

  private final Queue<Pending<?>> waiting = new ArrayDeque<>();
  private boolean committing;
  private volatile Runnable undone = () -> {};

  private Database(
      DatabaseFailures failures, Connections connections, @Nullable WalCheckpointer checkpoints) {
    this.failures = failures;
    this.connections = connections;
    this.checkpoints = checkpoints;
  }

  /** Statements of one transaction. May run more than once. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Sql sql) throws SQLException;
  }

  /**
   * Opens a database and migrates its tables. Takes ownership of the connections, also on failure.
   *
   * @param connections connections to the database of the URL
   * @throws StoreException if the database cannot be opened, read or written
   */
  public static Database open(StoreUrl url, Connections connections) {
    DatabaseFailures failures = new DatabaseFailures(url.displayName(), url.isSqlite());
    try {
      requireAnswer(connections);
      if (url.isSqlite()) {
        requireUndamaged(connections);
      }
      Migrations.run(connections.flyway());
      return new Database(
          failures,
          connections,
          url.isSqlite() ? new WalCheckpointer(connections.maintenance()) : null);
    } catch (SQLException | RuntimeException e) {
      connections.close();
      throw failures.translate(e);
    }
  }

  /** Fails at once where Flyway would retry for long, on a file that is not a database. */
  private static void requireAnswer(Connections connections) throws SQLException {
    try (Connection connection = connections.writer().getConnection()) {
      connection.getMetaData();
    }
  }

  /** Fails on a damaged SQLite file before anything is written to it. */
  private static void requireUndamaged(Connections connections) throws SQLException {
    try (Connection connection = connections.maintenance().getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("PRAGMA quick_check(1)")) {
      String problem = found.next() ? found.getString(1) : "no answer";
      if (!problem.equals("ok")) {
        throw new SQLException(problem, null, DatabaseFailures.SQLITE_DAMAGED);
      }
    }
  }

  /** Returns whether the database is an SQLite file. */
  public boolean isFile() {
    return checkpoints != null;
  }

  /**
   * Writes a copy of an SQLite file as it is at one instant. Others read and write meanwhile.
   *
   * @param file must not exist
   * @throws StoreException if the copy cannot be written
   */
  public void copyTo(Path file) {
    try (Connection connection = connections.maintenance().getConnection();
        PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
      copy.setString(1, file.toString());
      copy.execute();
    } catch (SQLException e) {
      throw failures.translate(e);
    }
  }

  /**
   * Sets an action that runs after a rollback of a whole transaction, before the next one begins.
   * Used to discard state in memory that depends on the transaction.
   */
  public void onUndone(Runnable action) {
    undone = action;
  }

  /**
   * Runs work in one read-only transaction with a consistent snapshot.
   *
   * @throws StoreException if the database fails
   */
  public <T> T read(Work<T> work) {
    awaitReader();
    try (Connection connection = connections.readers().getConnection();
        Sql sql = new Sql(connection)) {
      connection.setAutoCommit(false);
      try {
        return work.run(sql);
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw failures.translate(e);
    } finally {
      freeReaders.release();
    }
  }

  private void awaitReader() {
    try {
      if (!freeReaders.tryAcquire(READER_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw failures.translate(
            new SQLException(
                "all connections for reading were in use for "
                    + READER_TIMEOUT.toSeconds()
                    + " s; try again"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failures.translate(new SQLException("interrupted while waiting to read", e));
    }
  }

  /**
   * Runs work in a transaction and returns when it is on disk. Retries if a concurrent transaction
   * of another node caused a rollback.
   *
   * @throws StoreException if the database fails; the transaction is rolled back
   * @throws RuntimeException if the work throws; its changes are rolled back
   */
  public <T> T write(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return writeOnce(work);
      } catch (StoreException e) {
        if (!e.lostRace() || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * Like {@link #write}, without retries.
   *
   * @throws StoreException if the database fails; the transaction is rolled back
   * @throws RuntimeException if the work throws; its changes are rolled back
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

  /** Called with the lock held; releases it while the database works. */
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
    try (Connection connection = connections.writer().getConnection()) {
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
        // Commits. Connection.commit() would begin the next SQLite transaction at once and keep the
        // file locked while idle.
        connection.setAutoCommit(true);
        if (checkpoints != null) {
          checkpoints.committed();
        }
      } catch (SQLException | RuntimeException | Error e) {
        connections.discardWriter(connection);
        undone.run();
        throw e;
      }
    } catch (SQLException e) {
      group.forEach(each -> each.fail(failures.translate(e)));
    } catch (RuntimeException | Error e) {
      group.forEach(each -> each.fail(e));
    }
  }

  /** Closes all connections. Idempotent. */
  @Override
  public void close() {
    if (checkpoints != null) {
      checkpoints.close();
    }
    connections.close();
  }

  /** Queued work; runs on the thread that commits its group. */
  private static final class Pending<T> {
    private final Work<T> work;
    private @Nullable T value;
    private @Nullable Throwable failure;
    private boolean settled;

    Pending(Work<T> work) {
      this.work = work;
    }

    /** A failed statement fails the whole group; an exception of the work fails only this work. */
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

    @SuppressWarnings("NullAway") // null only if T allows it
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
