package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Database;
import dev.flipside.api.campaign.store.database.Sql;
import java.sql.SQLException;
import java.time.Clock;

/** Transactions on one campaign. They lock the campaign and end its expired leases first. */
final class CampaignTransactions {
  private final Database database;
  private final Clock clock;

  CampaignTransactions(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Work on a campaign. */
  @FunctionalInterface
  interface InCampaign<T> {
    T run(Sql sql, CampaignTable.Entry campaign, long now) throws SQLException;
  }

  /** Work on a lease. */
  @FunctionalInterface
  interface InLease<T> {
    T run(Sql sql, LeaseTable.Entry lease, CampaignTable.Entry campaign, long now)
        throws SQLException;
  }

  /** Runs work on a campaign. If the work throws, expired leases end in a later transaction. */
  <T> T inCampaign(String id, InCampaign<T> work) {
    return database.write(sql -> inCampaign(sql, id, work));
  }

  private <T> T inCampaign(Sql sql, String id, InCampaign<T> work) throws SQLException {
    CampaignTable campaigns = new CampaignTable(sql);
    long now = clock.millis();
    new LeaseTable(sql).expire(campaigns.lock(id), now);
    return work.run(sql, campaigns.entry(id), now);
  }

  /** Runs work on a lease and its campaign. */
  <T> T inLease(String id, InLease<T> work) {
    return database.write(
        sql -> {
          LeaseTable leases = new LeaseTable(sql);
          return inCampaign(
              sql,
              leases.get(id).campaign(),
              (inside, entry, now) -> work.run(inside, leases.get(id), entry, now));
        });
  }

  /**
   * Ends the expired leases of a campaign.
   *
   * @return number of regions that became free
   */
  int expire(String campaign) {
    return database.write(
        sql -> new LeaseTable(sql).expire(new CampaignTable(sql).lock(campaign), clock.millis()));
  }

  /** Ends the expired leases of a campaign before a read-only transaction. */
  void expireIfDue(String campaign) {
    boolean due =
        database.read(
            sql ->
                new LeaseTable(sql)
                    .anyExpired(new CampaignTable(sql).entry(campaign), clock.millis()));
    if (due) {
      expire(campaign);
    }
  }
}
