package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.Job;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Jobs: queued → running → done, failed or cancelled. A worker claims a job and reports its
 * progress; when it falls silent, because its process was killed, any other may claim the job.
 */
public final class JobStore {
  private static final String COLUMNS =
      "id, kind, campaign, request, state, done, total, note, cancel_requested, outcome, created_at";

  private final Database database;
  private final Clock clock;
  private final Supplier<String> newId;

  JobStore(Database database, Clock clock, Supplier<String> newId) {
    this.database = database;
    this.clock = clock;
    this.newId = newId;
  }

  /**
   * Notes a job that is to be done.
   *
   * @param kind what is to be done
   * @param campaign the campaign that it works on, if any
   * @param request what its kind needs to know
   */
  public Job create(String kind, @Nullable String campaign, String request) {
    String id = newId.get();
    long now = clock.millis();
    return database.write(
        sql -> {
          sql.update(
              "INSERT INTO jobs (id, kind, campaign, request, state, heartbeat_at, done, total,"
                  + " note, cancel_requested, created_at) VALUES (?, ?, ?, ?, 'QUEUED', ?, 0, 0,"
                  + " '', 0, ?)",
              id,
              kind,
              campaign,
              request,
              now,
              now);
          return get(sql, id);
        });
  }

  /** A job by its id. */
  public Optional<Job> find(String job) {
    return database.read(sql -> find(sql, job));
  }

  /** All jobs, the oldest first. */
  public List<Job> list() {
    return database.read(
        sql -> sql.rows("SELECT " + COLUMNS + " FROM jobs ORDER BY created_at, id", JobStore::job));
  }

  /** All jobs that work on a campaign, the oldest first. */
  public List<Job> list(String campaign) {
    return database.read(
        sql ->
            sql.rows(
                "SELECT " + COLUMNS + " FROM jobs WHERE campaign = ? ORDER BY created_at, id",
                JobStore::job,
                campaign));
  }

  /**
   * Gives a worker the oldest job that waits, or that is running but whose worker has been silent;
   * each job goes to one worker.
   *
   * @param worker names the worker; unique to a process's life, so that one that was restarted does
   *     not take itself for the old one
   * @param silence how long a running job's worker may say nothing before it counts as dead
   */
  public Optional<Job> claim(String worker, Duration silence) {
    return database.write(
        sql -> {
          long now = clock.millis();
          // A heartbeat from the future means that the clock was put back: nothing is known of that
          // worker, so it gets its time from now.
          sql.update(
              "UPDATE jobs SET heartbeat_at = ? WHERE state = 'RUNNING' AND heartbeat_at > ?",
              now,
              now);
          Optional<String> next =
              sql.row(
                  "SELECT id FROM jobs WHERE state = 'QUEUED' OR (state = 'RUNNING' AND"
                      + " heartbeat_at <= ?) ORDER BY created_at, id LIMIT 1",
                  row -> row.getString(1),
                  now - silence.toMillis());
          if (next.isEmpty()) {
            return Optional.<Job>empty();
          }
          int claimed =
              sql.update(
                  "UPDATE jobs SET state = 'RUNNING', worker = ?, heartbeat_at = ? WHERE id = ? AND"
                      + " (state = 'QUEUED' OR (state = 'RUNNING' AND heartbeat_at <= ?))",
                  worker,
                  now,
                  next.get(),
                  now - silence.toMillis());
          return claimed == 0 ? Optional.<Job>empty() : find(sql, next.get());
        });
  }

  /**
   * Notes how far a job has come, and that its worker lives.
   *
   * @return whether to go on: false if the job was cancelled, or another worker has it now
   */
  public boolean advance(String job, String worker, long done, long total, String note) {
    return database.write(
        sql -> {
          int mine =
              sql.update(
                  "UPDATE jobs SET done = ?, total = ?, note = ?, heartbeat_at = ? WHERE id = ? AND"
                      + " worker = ? AND state = 'RUNNING'",
                  done,
                  total,
                  note,
                  clock.millis(),
                  job,
                  worker);
          return mine == 1 && !get(sql, job).cancelRequested();
        });
  }

  /**
   * Ends a job that a worker has. Without effect if the worker no longer has it.
   *
   * @param state {@code DONE}, {@code FAILED} or {@code CANCELLED}
   * @param outcome the result or the error
   * @throws IllegalArgumentException if the state is not an end
   */
  public Job finish(String job, String worker, Job.State state, @Nullable String outcome) {
    if (!state.ended()) {
      throw new IllegalArgumentException("job " + job + ": " + state + " is not an end");
    }
    return database.write(
        sql -> {
          sql.update(
              "UPDATE jobs SET state = ?, outcome = ? WHERE id = ? AND worker = ? AND state ="
                  + " 'RUNNING'",
              state.name(),
              outcome,
              job,
              worker);
          return get(sql, job);
        });
  }

  /**
   * Gives a job back unfinished, for an orderly shutdown: the next worker need not wait for this
   * one to fall silent.
   */
  public void putBack(String job, String worker) {
    database.write(
        sql ->
            sql.update(
                "UPDATE jobs SET state = 'QUEUED', worker = NULL WHERE id = ? AND worker = ? AND"
                    + " state = 'RUNNING'",
                job,
                worker));
  }

  /**
   * Asks a job to stop. One that waits is cancelled at once; one that runs is told at its next
   * {@link #advance}; one that has ended stays as it is.
   */
  public Job cancel(String job) {
    return database.write(
        sql -> {
          sql.update(
              "UPDATE jobs SET cancel_requested = 1, state = CASE state WHEN 'QUEUED' THEN"
                  + " 'CANCELLED' ELSE state END WHERE id = ? AND state IN ('QUEUED', 'RUNNING')",
              job);
          return get(sql, job);
        });
  }

  private static Optional<Job> find(Sql sql, String job) throws SQLException {
    return sql.row("SELECT " + COLUMNS + " FROM jobs WHERE id = ?", JobStore::job, job);
  }

  private static Job get(Sql sql, String job) throws SQLException {
    return find(sql, job)
        .orElseThrow(
            () -> new NotInStoreException("job \"" + job + "\": the ledger holds none of that id"));
  }

  private static Job job(ResultSet row) throws SQLException {
    return new Job(
        row.getString("id"),
        row.getString("kind"),
        row.getString("campaign"),
        row.getString("request"),
        Job.State.valueOf(row.getString("state")),
        row.getLong("done"),
        row.getLong("total"),
        row.getString("note"),
        row.getInt("cancel_requested") != 0,
        row.getString("outcome"),
        Instant.ofEpochMilli(row.getLong("created_at")));
  }
}
