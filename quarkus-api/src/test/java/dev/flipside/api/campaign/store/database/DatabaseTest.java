package dev.flipside.api.campaign.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A transaction that does not succeed leaves nothing behind, and the next one works. */
class DatabaseTest {
  @TempDir Path folder;
  private Database database;
  private final AtomicInteger undone = new AtomicInteger();

  @BeforeEach
  void open() {
    database = TestDatabases.open(StoreUrl.ofFile(folder.resolve("a.db")).jdbc());
    database.onUndone(undone::incrementAndGet);
  }

  @AfterEach
  void close() {
    database.close();
    database.close();
  }

  private static int add(Sql sql, int key) throws SQLException {
    return sql.update("INSERT INTO ledger_keys (next_scoring) VALUES (?)", key);
  }

  private int count() {
    return database.read(
        sql ->
            sql.row("SELECT COUNT(*) FROM ledger_keys WHERE next_scoring > 1", row -> row.getInt(1))
                .orElseThrow());
  }

  @Test
  void write_failedStatement_nothingIsKept() {
    assertThatThrownBy(() -> database.write(sql -> add(sql, 2) + sql.update("no statement")))
        .isInstanceOf(StoreException.class);

    assertThat(undone).hasValue(1);
    assertThat(count()).isZero();
    database.write(sql -> add(sql, 3));
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void write_refusedByTheWork_nothingOfItIsKept() {
    assertThatThrownBy(
            () ->
                database.write(
                    sql -> {
                      add(sql, 2);
                      throw new IllegalArgumentException("no");
                    }))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(undone).hasValue(0);
    assertThat(count()).isZero();
    database.write(sql -> add(sql, 3));
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void write_error_nothingIsKept() {
    assertThatThrownBy(
            () ->
                database.write(
                    sql -> {
                      add(sql, 2);
                      throw new AssertionError("no");
                    }))
        .isInstanceOf(AssertionError.class);

    assertThat(undone).hasValue(1);
    assertThat(count()).isZero();
    database.write(sql -> add(sql, 3));
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void write_failedCommit_nothingIsKept() {
    database.write(
        sql ->
            sql.update(
                "CREATE TABLE later (id INTEGER PRIMARY KEY, other INTEGER REFERENCES later (id)"
                    + " DEFERRABLE INITIALLY DEFERRED)"));

    assertThatThrownBy(
            () ->
                database.write(sql -> add(sql, 2) + sql.update("INSERT INTO later VALUES (1, 99)")))
        .isInstanceOf(StoreException.class);

    assertThat(undone).hasValue(1);
    assertThat(count()).isZero();
    database.write(sql -> add(sql, 3));
    assertThat(count()).isEqualTo(1);
  }

  @Test
  @Timeout(20)
  void write_manyFailures_connectionsAreReplaced() {
    for (int i = 0; i < 50; i++) {
      assertThatThrownBy(() -> database.write(sql -> add(sql, 2) + sql.update("no statement")))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("syntax error");
      database.write(sql -> add(sql, 3));
    }

    assertThat(count()).isEqualTo(50);
  }

  @Test
  @Timeout(20)
  void readWrite_manyThreads_noneWaitsForConnections() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Callable<Integer>> work = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        work.add(
            () -> {
              for (int step = 0; step < 500; step++) {
                count();
                if (step % 50 == 0) {
                  database.write(sql -> add(sql, 2));
                }
              }
              return 1;
            });
      }
      for (Future<Integer> each : threads.invokeAll(work)) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(count()).isEqualTo(16 * 10);
  }

  @Test
  void read_failedStatement_laterReadsWork() {
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> database.read(sql -> sql.update("no statement")))
          .isInstanceOf(StoreException.class);
    }

    assertThat(count()).isZero();
  }
}
