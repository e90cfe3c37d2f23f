package dev.flipside.api.campaign.store.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Moves what SQLite has committed from its log into the database file, on a thread of its own:
 * otherwise every so many pages some commit, and everybody who waits for it, would wait for the
 * move. What is committed is on disk either way; a move that fails is tried again with the next.
 */
final class WalCheckpointer implements AutoCloseable {
  /** Pages that are written often are moved once for all writes of this long. */
  private static final long PAUSE_MS = 500;

  private final DataSource connections;
  private final Semaphore commits = new Semaphore(0);
  private final Thread thread = new Thread(this::run, "flipside-checkpoints");
  private volatile boolean closed;

  /**
   * Starts the thread.
   *
   * @param connections of which one is used; borrowed
   */
  WalCheckpointer(DataSource connections) {
    this.connections = connections;
    thread.setDaemon(true);
    thread.start();
  }

  /** Something was committed. */
  void committed() {
    if (commits.availablePermits() == 0) {
      commits.release();
    }
  }

  private void run() {
    try {
      while (!closed) {
        commits.acquire();
        commits.drainPermits();
        move();
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    } catch (InterruptedException e) {
      // Closed: the last connection to the file moves the rest.
    }
  }

  private void move() {
    try (Connection connection = connections.getConnection();
        Statement statement = connection.createStatement()) {
      // Neither waits for readers and writers nor makes them wait.
      statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
    } catch (SQLException e) {
      // The log keeps what could not be moved; writers move it themselves when it grows long.
      committed();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
