package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.LeaseConflictException;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import dev.flipside.api.campaign.store.domain.Round;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Stores the rounds of training of each campaign. At most one agent trains on a campaign: it holds
 * the running round by a lease that its reports renew.
 *
 * <p>Methods throw {@link NotInStoreException} if there is no such campaign or round.
 */
public final class TrainingStore {
  private static final String COLUMNS =
      "campaign, round, agent, state, training, started_at, reported_at, expires_at";

  private final Database database;
  private final Clock clock;

  TrainingStore(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Begins a round, or continues the running one if the agent holds it. A running round whose agent
   * stopped reporting is taken over and begins anew.
   *
   * @param training first report of a new round
   * @throws LeaseConflictException if another agent holds the running round
   */
  public Round begin(String campaign, String agent, String training, Duration lease) {
    return database.write(
        sql -> {
          new CampaignTable(sql).lock(campaign);
          long now = clock.millis();
          Optional<Round> last = last(sql, campaign);
          Optional<Round> running = last.filter(each -> each.state() == Round.State.RUNNING);
          if (running.isEmpty()) {
            int number = last.map(Round::number).orElse(0) + 1;
            sql.update(
                "INSERT INTO rounds (" + COLUMNS + ") VALUES (?, ?, ?, 'RUNNING', ?, ?, ?, ?)",
                campaign,
                number,
                agent,
                training,
                now,
                now,
                now + lease.toMillis());
            return get(sql, campaign, number);
          }
          Round held = running.get();
          if (held.agent().equals(agent)) {
            renew(sql, held, now, lease);
          } else if (held.expires().toEpochMilli() > now) {
            throw new LeaseConflictException(
                name(campaign, held.number())
                    + ": agent "
                    + held.agent()
                    + " trains until "
                    + held.expires()
                    + " or longer; one agent trains on a campaign at a time");
          } else {
            sql.update(
                "UPDATE rounds SET agent = ?, training = ?, started_at = ?, reported_at = ?,"
                    + " expires_at = ? WHERE campaign = ? AND round = ?",
                agent,
                training,
                now,
                now,
                now + lease.toMillis(),
                campaign,
                held.number());
          }
          return get(sql, campaign, held.number());
        });
  }

  private static void renew(Sql sql, Round round, long now, Duration lease) throws SQLException {
    sql.update(
        "UPDATE rounds SET expires_at = ? WHERE campaign = ? AND round = ?",
        now + lease.toMillis(),
        round.campaign(),
        round.number());
  }

  /**
   * Stores a report of the agent that holds a round, and renews its lease. Repeating the last
   * report of a round that has ended changes nothing.
   *
   * @throws LeaseConflictException if the round has ended or another agent holds it
   */
  public Round report(
      String campaign,
      int number,
      String agent,
      Round.State state,
      String training,
      Duration lease) {
    return database.write(
        sql -> {
          new CampaignTable(sql).lock(campaign);
          long now = clock.millis();
          int changed =
              sql.update(
                  "UPDATE rounds SET state = ?, training = ?, reported_at = ?, expires_at = ? WHERE"
                      + " campaign = ? AND round = ? AND agent = ? AND (state = 'RUNNING' OR (state"
                      + " = ? AND training = ?))",
                  state.name(),
                  training,
                  now,
                  now + lease.toMillis(),
                  campaign,
                  number,
                  agent,
                  state.name(),
                  training);
          Round round = get(sql, campaign, number);
          if (changed == 0) {
            throw new LeaseConflictException(
                name(campaign, number)
                    + (round.state() == Round.State.RUNNING
                        ? ": agent " + round.agent() + " has taken it over"
                        : ": has ended")
                    + "; nothing was changed, begin a new round");
          }
          return round;
        });
  }

  /**
   * Checks that an agent holds a running round.
   *
   * @throws LeaseConflictException if the round has ended or another agent holds it
   */
  public void requireHeld(String campaign, int number, String agent) {
    Round round = database.read(sql -> get(sql, campaign, number));
    if (round.state() != Round.State.RUNNING || !round.agent().equals(agent)) {
      throw new LeaseConflictException(
          name(campaign, number) + ": agent " + agent + " does not hold it; begin a new round");
    }
  }

  /** Returns a round. */
  public Round get(String campaign, int number) {
    return database.read(sql -> get(sql, campaign, number));
  }

  /** Returns the rounds of a campaign, oldest first. */
  public List<Round> list(String campaign) {
    return database.read(
        sql ->
            sql.rows(
                "SELECT " + COLUMNS + " FROM rounds WHERE campaign = ? ORDER BY round",
                TrainingStore::round,
                campaign));
  }

  private static Optional<Round> last(Sql sql, String campaign) throws SQLException {
    return sql.row(
        "SELECT " + COLUMNS + " FROM rounds WHERE campaign = ? ORDER BY round DESC LIMIT 1",
        TrainingStore::round,
        campaign);
  }

  private static Round get(Sql sql, String campaign, int number) throws SQLException {
    return sql.row(
            "SELECT " + COLUMNS + " FROM rounds WHERE campaign = ? AND round = ?",
            TrainingStore::round,
            campaign,
            number)
        .orElseThrow(
            () -> new NotInStoreException(name(campaign, number) + ": there is no such round"));
  }

  private static String name(String campaign, int number) {
    return "round " + number + " of campaign " + campaign;
  }

  private static Round round(ResultSet row) throws SQLException {
    return new Round(
        row.getString("campaign"),
        row.getInt("round"),
        row.getString("agent"),
        Round.State.valueOf(row.getString("state")),
        row.getString("training"),
        Instant.ofEpochMilli(row.getLong("started_at")),
        Instant.ofEpochMilli(row.getLong("reported_at")),
        Instant.ofEpochMilli(row.getLong("expires_at")));
  }
}
