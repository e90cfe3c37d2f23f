package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.CampaignProgress;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.GridSpec;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Access to the campaigns table within one transaction. */
final class CampaignTable {
  private static final String CAMPAIGN =
      "id, name, pool_root, layout, list_file, class_map, grid, budget, strategy, created_at,"
          + " closed_at";
  private static final String ENTRY =
      "id, grid, budget, closed_at, version, pool_epoch, latest_at, images, regions, leased,"
          + " labelled, skipped";

  private final Sql sql;

  CampaignTable(Sql sql) {
    this.sql = sql;
  }

  /**
   * Campaign data needed by transactions.
   *
   * @param id id of the campaign
   * @param grid division of images into regions
   * @param closed whether new leases are refused
   * @param version incremented by each change of the set of selectable regions
   * @param poolEpoch incremented when images are registered
   * @param latest latest clock time seen by any node, in ms
   * @param progress counts of regions and images
   */
  record Entry(
      String id,
      GridSpec grid,
      boolean closed,
      long version,
      int poolEpoch,
      long latest,
      CampaignProgress progress) {}

  void insert(Campaign campaign) throws SQLException {
    CampaignPlan plan = campaign.plan();
    sql.update(
        "INSERT INTO campaigns (id, name, pool_root, layout, list_file, class_map, grid, budget,"
            + " strategy, created_at, latest_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        campaign.id(),
        plan.name(),
        plan.poolRoot().toString(),
        plan.layout(),
        plan.list() == null ? null : plan.list().toString(),
        ClassMaps.toJson(plan.classes()),
        plan.grid().toString(),
        plan.budget(),
        plan.strategy(),
        campaign.created().toEpochMilli(),
        campaign.created().toEpochMilli());
  }

  Optional<Campaign> find(String id) throws SQLException {
    return sql.row(
        "SELECT " + CAMPAIGN + " FROM campaigns WHERE id = ?", CampaignTable::campaign, id);
  }

  Campaign get(String id) throws SQLException {
    return find(id).orElseThrow(() -> unknown(id));
  }

  List<Campaign> list() throws SQLException {
    return sql.rows(
        "SELECT " + CAMPAIGN + " FROM campaigns ORDER BY created_at, id", CampaignTable::campaign);
  }

  Entry entry(String id) throws SQLException {
    return sql.row("SELECT " + ENTRY + " FROM campaigns WHERE id = ?", CampaignTable::entry, id)
        .orElseThrow(() -> unknown(id));
  }

  /**
   * Returns a campaign, locked against transactions of other nodes until this one ends. The update
   * without effect locks the row in both databases.
   *
   * @throws NotInStoreException if there is no such campaign
   */
  Entry lock(String id) throws SQLException {
    return sql.row(
            "UPDATE campaigns SET version = version WHERE id = ? RETURNING " + ENTRY,
            CampaignTable::entry,
            id)
        .orElseThrow(() -> unknown(id));
  }

  /** Increments the version of a locked campaign and returns it. */
  long nextVersion(String id) throws SQLException {
    return sql.row(
            "UPDATE campaigns SET version = version + 1 WHERE id = ? RETURNING version",
            row -> row.getLong(1),
            id)
        .orElseThrow(() -> unknown(id));
  }

  /** Adds to the number of leased regions of a locked campaign and increments its version. */
  void countLeased(String id, int leased) throws SQLException {
    sql.update(
        "UPDATE campaigns SET version = version + 1, leased = leased + ? WHERE id = ?", leased, id);
  }

  /** Adds to the number of regions in each state. */
  void count(String id, int leased, int labelled, int skipped) throws SQLException {
    sql.update(
        "UPDATE campaigns SET leased = leased + ?, labelled = labelled + ?, skipped = skipped + ?"
            + " WHERE id = ?",
        leased,
        labelled,
        skipped,
        id);
  }

  void seen(String id, long now) throws SQLException {
    sql.update("UPDATE campaigns SET latest_at = ? WHERE id = ?", now, id);
  }

  void close(String id, Instant now) throws SQLException {
    sql.update(
        "UPDATE campaigns SET closed_at = ? WHERE id = ? AND closed_at IS NULL",
        now.toEpochMilli(),
        id);
  }

  static NotInStoreException unknown(String id) {
    return new NotInStoreException("campaign \"" + id + "\": the ledger holds none of that id");
  }

  private static Campaign campaign(ResultSet row) throws SQLException {
    String id = row.getString("id");
    @Nullable String list = row.getString("list_file");
    CampaignPlan plan =
        new CampaignPlan(
            row.getString("name"),
            Path.of(row.getString("pool_root")),
            row.getString("layout"),
            list == null ? null : Path.of(list),
            ClassMaps.fromJson(row.getString("class_map"), "campaign " + id),
            grid(row.getString("grid")),
            row.getLong("budget"),
            row.getString("strategy"));
    long closed = row.getLong("closed_at");
    return new Campaign(
        id,
        plan,
        Instant.ofEpochMilli(row.getLong("created_at")),
        closed == 0 ? null : Instant.ofEpochMilli(closed));
  }

  private static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getString("id"),
        grid(row.getString("grid")),
        row.getLong("closed_at") != 0,
        row.getLong("version"),
        row.getInt("pool_epoch"),
        row.getLong("latest_at"),
        new CampaignProgress(
            row.getLong("images"),
            row.getLong("regions"),
            row.getLong("leased"),
            row.getLong("labelled"),
            row.getLong("skipped"),
            row.getLong("budget")));
  }

  /** The inverse of {@code GridSpec.toString()}. */
  private static GridSpec grid(String text) {
    return text.endsWith(" px")
        ? GridSpec.parseRegionSize(text.substring(0, text.length() - " px".length()))
        : GridSpec.parseCounts(text);
  }
}
