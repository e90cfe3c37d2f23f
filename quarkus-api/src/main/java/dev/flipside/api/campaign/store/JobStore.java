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
 * Stores jobs with the states queued → running → done, failed or cancelled. A worker claims a job
 * and reports progress. If its heartbeat stops, for example because its process was killed, another
 * worker may claim the job.
 */
public final class JobStore {
  /** A job whose workers all died is given up after so many. */
  private static final int MOST_TRIES = 3;

  private static final String COLUMNS =
      "id, kind, campaign, request, state, done, total, note, cancel_requested, outcome, created_at";

  /** Writes a row without changing it. */
  private static final String LOCK = "UPDATE ledger_keys SET next_scoring = next_scoring";

  private final Database database;
  private final Clock clock;
  private final Supplier<String> newId;

  JobStore(Database database, Clock clock, Supplier<String> newId) {
    this.database = database;
    this.clock = clock;
    this.newId = newId;
  }

  /**
   * Creates a queued job.
   *
   * @param kind kind of the job
   * @param campaign campaign of the job, null if none
   * @param request parameters of the job, in a format defined by its kind
   */
  public Job create(String kind, @Nullable String campaign, String request) {
    return database.write(sql -> insert(sql, kind, campaign, request));
  }

  private Job insert(Sql sql, String kind, @Nullable String campaign, String request)
      throws SQLException {
    String id = newId.get();
    long now = clock.millis();
    sql.update(
        "INSERT INTO jobs (id, kind, campaign, request, state, heartbeat_at, done, total, note,"
            + " cancel_requested, tries, created_at) VALUES (?, ?, ?, ?, 'QUEUED', ?, 0, 0, '', 0,"
            + " 0, ?)",
        id,
        kind,
        campaign,
        request,
        now,
        now);
    return get(sql, id);
  }

  /**
   * Creates a queued job, unless an equal one is queued or running; then returns that one.
   *
   * @param mostOpen maximum number of queued and running jobs of this kind
   * @return the job, or nothing if there are too many
   */
  public Optional<Job> submit(String kind, String campaign, String request, int mostOpen) {
    return database.write(
        sql -> {
          // Holds a lock on the row until the commit, so that nodes submit one after the other.
          sql.update(LOCK);
          List<Job> open =
              sql.rows(
                  "SELECT "
                      + COLUMNS
                      + " FROM jobs WHERE kind = ? AND state IN ('QUEUED', 'RUNNING')",
                  JobStore::job,
                  kind);
          Optional<Job> same =
              open.stream()
                  .filter(job -> campaign.equals(job.campaign()) && request.equals(job.request()))
                  .findFirst();
          return same.isPresent() || open.size() >= mostOpen
              ? same
              : Optional.of(insert(sql, kind, campaign, request));
        });
  }

  /**
   * Writes to the database without changing anything.
   *
   * @throws dev.flipside.api.campaign.store.database.StoreException if it cannot be written
   */
  public void requireWritable() {
    database.write(sql -> sql.update(LOCK));
  }

  /** Returns a job by id. */
  public Optional<Job> find(String job) {
    return database.read(sql -> find(sql, job));
  }

  /** Returns all jobs, oldest first. */
  public List<Job> list() {
    return database.read(
        sql -> sql.rows("SELECT " + COLUMNS + " FROM jobs ORDER BY created_at, id", JobStore::job));
  }

  /** Returns all jobs of a campaign, oldest first. */
  public List<Job> list(String campaign) {
    return database.read(
        sql ->
            sql.rows(
                "SELECT " + COLUMNS + " FROM jobs WHERE campaign = ? ORDER BY created_at, id",
                JobStore::job,
                campaign));
  }

  /**
   * Assigns the oldest job that is queued or whose worker stopped reporting. Each job is assigned
   * to one worker. A job to be cancelled is not assigned, nor one whose workers died too often.
   *
   * @param worker id of the worker, unique per process start so that a restarted process does not
   *     resume its old claims
   * @param silence time without heartbeat after which a worker counts as dead
   */
  public Optional<Job> claim(String worker, Duration silence) {
    return database.write(
        sql -> {
          long now = clock.millis();
          // A heartbeat in the future means that the clock was set back. The state of that worker
          // is unknown, so its timeout starts now.
          sql.update(
              "UPDATE jobs SET heartbeat_at = ? WHERE state = 'RUNNING' AND heartbeat_at > ?",
              now,
              now);
          endUnclaimable(sql, now - silence.toMillis());
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
                  "UPDATE jobs SET state = 'RUNNING', worker = ?, heartbeat_at = ?, tries = tries + 1"
                      + " WHERE id = ? AND (state = 'QUEUED' OR (state = 'RUNNING' AND heartbeat_at <= ?))",
                  worker,
                  now,
                  next.get(),
                  now - silence.toMillis());
          return claimed == 0 ? Optional.<Job>empty() : find(sql, next.get());
        });
  }

  /** Ends jobs without a living worker that were cancelled, or tried too often. */
  private static void endUnclaimable(Sql sql, long silentSince) throws SQLException {
    sql.update(
        "UPDATE jobs SET state = 'CANCELLED' WHERE cancel_requested = 1 AND (state = 'QUEUED' OR"
            + " (state = 'RUNNING' AND heartbeat_at <= ?))",
        silentSince);
    sql.update(
        "UPDATE jobs SET state = 'FAILED', outcome = ? WHERE tries >= ? AND (state = 'QUEUED' OR"
            + " (state = 'RUNNING' AND heartbeat_at <= ?))",
        "its process ended "
            + MOST_TRIES
            + " times while it ran, perhaps because of too little memory; see the log of the"
            + " service, then submit it again",
        MOST_TRIES,
        silentSince);
  }

  /**
   * Reports progress and renews the heartbeat.
   *
   * @return whether to continue; false if the job was cancelled or belongs to another worker
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
   * Ends a job of a worker. No effect if the job belongs to another worker.
   *
   * @param state {@code DONE}, {@code FAILED} or {@code CANCELLED}
   * @param outcome result or error
   * @throws IllegalArgumentException if the state is not a final state
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
   * Returns an unfinished job to the queue, and does not count this try. Used at shutdown, so that
   * the next worker need not wait for the heartbeat timeout.
   */
  public void putBack(String job, String worker) {
    database.write(
        sql ->
            sql.update(
                "UPDATE jobs SET state = 'QUEUED', worker = NULL, tries = tries - 1 WHERE id = ? AND worker = ? AND"
                    + " state = 'RUNNING'",
                job,
                worker));
  }

  /**
   * Requests cancellation. A queued job is cancelled at once, a running job at its next {@link
   * #advance}; a finished job does not change.
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
