package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.LeaseConflictException;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/**
 * Deletes campaigns. A large one is deleted in many short transactions, so that others can write in
 * between, from the labels to the campaign itself: a campaign that is deleted in part is closed and
 * still listed, and can be deleted again.
 */
public final class CampaignRemoval {
  private static final int ROWS = 5_000;

  /** Tables with a column {@code campaign}, and the rest of their key; referring ones first. */
  private static final List<Table> TABLES =
      List.of(
          new Table("labels", "image, region"),
          new Table("label_events", "sequence"),
          new Table("regions", "image, region"),
          new Table("leases", "id"),
          new Table("rounds", "round"),
          new Table("jobs", "id"),
          new Table("images", "image"));

  private record Table(String name, String key) {}

  private final Database database;
  private final Clock clock;

  CampaignRemoval(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Closes a campaign, and deletes it with its labels and their history. The files of the pool and
   * registered models are kept.
   *
   * @throws LeaseConflictException if an agent trains on the campaign or a job works on it; then
   *     nothing is changed
   * @throws NotInStoreException if there is no such campaign
   */
  public void delete(String campaign) {
    database.write(
        sql -> {
          CampaignTable campaigns = new CampaignTable(sql);
          campaigns.lock(campaign);
          requireIdle(sql, campaign);
          campaigns.close(campaign, clock.instant());
          return campaign;
        });
    deleteScores(campaign);
    for (Table each : TABLES) {
      while (deleteSome(campaign, each) == ROWS) {
        // The rest is deleted in the next transaction.
      }
    }
    database.write(
        sql -> {
          // What began before the campaign was closed may have added rows meanwhile.
          new CampaignTable(sql).lock(campaign);
          sql.update(
              "DELETE FROM scores WHERE scoring IN (SELECT scoring FROM scorings WHERE campaign ="
                  + " ?)",
              campaign);
          for (Table each : TABLES) {
            sql.update("DELETE FROM " + each.name() + " WHERE campaign = ?", campaign);
          }
          sql.update("DELETE FROM scorings WHERE campaign = ?", campaign);
          return sql.update("DELETE FROM campaigns WHERE id = ?", campaign);
        });
  }

  private void requireIdle(Sql sql, String campaign) throws SQLException {
    sql.row(
            "SELECT agent, round FROM rounds WHERE campaign = ? AND state = 'RUNNING' AND expires_at"
                + " > ?",
            row -> "agent " + row.getString(1) + " trains on it (round " + row.getInt(2) + ")",
            campaign,
            clock.millis())
        .ifPresent(busy -> refuse(campaign, busy + "; stop the agent and wait a minute"));
    sql.row(
            "SELECT id FROM jobs WHERE campaign = ? AND state IN ('QUEUED', 'RUNNING')",
            row -> row.getString(1),
            campaign)
        .ifPresent(
            job ->
                refuse(
                    campaign,
                    "job " + job + " works on it; cancel it with DELETE /api/jobs/" + job));
  }

  private static void refuse(String campaign, String why) {
    throw new LeaseConflictException(
        "campaign \"" + campaign + "\": cannot be deleted, " + why + ". Nothing was changed.");
  }

  private void deleteScores(String campaign) {
    List<Integer> scorings =
        database.read(
            sql ->
                sql.rows(
                    "SELECT scoring FROM scorings WHERE campaign = ?",
                    row -> row.getInt(1),
                    campaign));
    for (int scoring : scorings) {
      while (database.write(
              sql ->
                  sql.update(
                      "DELETE FROM scores WHERE scoring = ? AND image IN (SELECT image FROM scores"
                          + " WHERE scoring = ? LIMIT ?)",
                      scoring,
                      scoring,
                      ROWS))
          == ROWS) {
        // The rest is deleted in the next transaction.
      }
    }
  }

  private int deleteSome(String campaign, Table table) {
    return database.write(
        sql ->
            sql.update(
                "DELETE FROM "
                    + table.name()
                    + " WHERE campaign = ? AND ("
                    + table.key()
                    + ") IN (SELECT "
                    + table.key()
                    + " FROM "
                    + table.name()
                    + " WHERE campaign = ? LIMIT ?)",
                campaign,
                campaign,
                ROWS));
  }
}
