package dev.flipside.api.campaign.store.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Checkpoints the SQLite log on a separate thread. Otherwise a commit would run the checkpoint from
 * time to time and block all waiting writers. Commits are durable either way; a failed checkpoint
 * is retried.
 */
final class WalCheckpointer implements AutoCloseable {
  /** Minimum interval between checkpoints, so that frequently written pages are copied once. */
  private static final long PAUSE_MS = 500;

  private final DataSource connections;
  private final Semaphore commits = new Semaphore(0);
  private final Thread thread = new Thread(this::run, "flipside-checkpoints");
  private volatile boolean closed;

  /**
   * Starts the thread.
   *
   * @param connections data source, not owned; one connection is used at a time
   */
  WalCheckpointer(DataSource connections) {
    this.connections = connections;
    thread.setDaemon(true);
    thread.start();
  }

  /** Requests a checkpoint after a commit. */
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
      // Closed: closing the last connection to the file checkpoints the rest.
    }
  }

  private void move() {
    try (Connection connection = connections.getConnection();
        Statement statement = connection.createStatement()) {
      // PASSIVE neither waits for readers and writers nor blocks them.
      statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
    } catch (SQLException | RuntimeException | Error e) {
      // An exception would end the thread. The log keeps the remaining pages; commits checkpoint it
      // when it grows too long.
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
