package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.NotInStoreException;
import dev.flipside.api.campaign.store.heap.CandidateHeap;
import dev.flipside.api.campaign.store.heap.SelectionCodec;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.selection.SelectedRegion;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Access to the leases table within one transaction. */
final class LeaseTable {
  /** Tolerated clock difference between nodes; a larger one means that a clock was set back. */
  private static final long CLOCK_TOLERANCE_MS = 10_000;

  /** Minimum interval between updates of the latest time. */
  private static final long CLOCK_STEP_MS = 1_000;

  private static final String COLUMNS =
      "id, campaign, model, k, annotator, shortfall, granted_at, duration, expires_at,"
          + " open_regions, selection, version";

  private final Sql sql;
  private final CampaignTable campaigns;

  LeaseTable(Sql sql) {
    this.sql = sql;
    this.campaigns = new CampaignTable(sql);
  }

  /**
   * A stored lease.
   *
   * @param openRegions number of regions neither labeled nor skipped; 0 after the lease ends
   * @param selection all regions that were leased
   * @param version version of the campaign when the lease was granted or ended
   */
  record Entry(
      String id,
      String campaign,
      String model,
      int k,
      String annotator,
      Lease.Shortfall shortfall,
      long granted,
      long duration,
      long expires,
      int openRegions,
      SelectionCodec selection,
      long version) {
    /** Returns whether the lease is open and lists a region, which may be labeled or skipped. */
    boolean holds(int image, int region) {
      return openRegions > 0 && selection.lists(image, region);
    }
  }

  /**
   * Holder of a region.
   *
   * @param lease id of the lease
   * @param annotator annotator of the lease
   */
  record Holder(String lease, String annotator) {}

  void insert(Entry lease, @Nullable String idempotencyKey) throws SQLException {
    sql.update(
        "INSERT INTO leases (id, campaign, model, k, annotator, idempotency_key, shortfall,"
            + " granted_at, duration, expires_at, open_regions, selection, version) VALUES (?, ?, ?,"
            + " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        lease.id(),
        lease.campaign(),
        lease.model(),
        lease.k(),
        lease.annotator(),
        idempotencyKey,
        lease.shortfall().name(),
        lease.granted(),
        lease.duration(),
        lease.expires(),
        lease.openRegions(),
        lease.selection().bytes(),
        lease.version());
  }

  Optional<Entry> find(String id) throws SQLException {
    return sql.row("SELECT " + COLUMNS + " FROM leases WHERE id = ?", LeaseTable::entry, id);
  }

  Entry get(String id) throws SQLException {
    return find(id)
        .orElseThrow(
            () ->
                new NotInStoreException("lease \"" + id + "\": the ledger holds none of that id"));
  }

  Optional<Entry> byKey(String campaign, String annotator, String key) throws SQLException {
    return sql.row(
        "SELECT "
            + COLUMNS
            + " FROM leases WHERE campaign = ? AND annotator = ? AND idempotency_key = ?",
        LeaseTable::entry,
        campaign,
        annotator,
        key);
  }

  void renew(Entry lease, long now, long duration) throws SQLException {
    sql.update(
        "UPDATE leases SET granted_at = ?, duration = ?, expires_at = ? WHERE id = ?",
        now,
        duration,
        now + duration,
        lease.id());
  }

  /** Decrements the number of open regions after one was labeled or skipped. */
  void settleOne(String id) throws SQLException {
    sql.update("UPDATE leases SET open_regions = open_regions - 1 WHERE id = ?", id);
  }

  /**
   * Ends all expired leases of a locked campaign.
   *
   * <p>If the clock was set back, leases granted in the future restart now. They last for their
   * full duration on the corrected clock, instead of ending at once or holding their regions until
   * the old time is reached.
   *
   * @return number of regions that became free
   */
  int expire(CampaignTable.Entry campaign, long now) throws SQLException {
    if (now + CLOCK_TOLERANCE_MS < campaign.latest()) {
      sql.update(
          "UPDATE leases SET granted_at = ?, expires_at = ? + duration WHERE campaign = ? AND"
              + " open_regions > 0 AND granted_at > ?",
          now,
          now,
          campaign.id(),
          now);
      campaigns.seen(campaign.id(), now);
    } else if (now >= campaign.latest() + CLOCK_STEP_MS) {
      campaigns.seen(campaign.id(), now);
    }
    List<Entry> ended =
        sql.rows(
            "SELECT "
                + COLUMNS
                + " FROM leases WHERE campaign = ? AND open_regions > 0 AND expires_at <= ?",
            LeaseTable::entry,
            campaign.id(),
            now);
    int regions = 0;
    for (Entry each : ended) {
      regions += end(each);
    }
    return regions;
  }

  /** Returns whether {@link #expire} would change anything. */
  boolean anyExpired(CampaignTable.Entry campaign, long now) throws SQLException {
    return now + CLOCK_TOLERANCE_MS < campaign.latest()
        || sql.row(
                "SELECT 1 FROM leases WHERE campaign = ? AND open_regions > 0 AND expires_at <= ?"
                    + " LIMIT 1",
                row -> row.getInt(1),
                campaign.id(),
                now)
            .isPresent();
  }

  /**
   * Ends a lease of a locked campaign; its open regions become selectable.
   *
   * @return number of regions that became free
   */
  int end(Entry lease) throws SQLException {
    long version = campaigns.nextVersion(lease.campaign());
    sql.update("UPDATE leases SET open_regions = 0, version = ? WHERE id = ?", version, lease.id());
    campaigns.count(lease.campaign(), -lease.openRegions(), 0, 0);
    return lease.openRegions();
  }

  /**
   * Returns the leases of a locked campaign that were granted or ended after a version, in order.
   */
  List<Entry> since(String campaign, long version) throws SQLException {
    return sql.rows(
        "SELECT " + COLUMNS + " FROM leases WHERE campaign = ? AND version > ? ORDER BY version",
        LeaseTable::entry,
        campaign,
        version);
  }

  /** Returns the holder of a region that is neither labeled nor skipped. */
  Optional<Holder> holder(String campaign, int image, int region) throws SQLException {
    try (Sql.Cursor open =
        sql.cursor(
            "SELECT id, annotator, selection FROM leases WHERE campaign = ? AND open_regions > 0",
            campaign)) {
      while (open.next()) {
        if (SelectionCodec.read(open.row().getBytes(3)).lists(image, region)) {
          return Optional.of(new Holder(open.row().getString(1), open.row().getString(2)));
        }
      }
      return Optional.empty();
    }
  }

  /**
   * Removes a region that was labeled or skipped from the open lease that lists it, so that the
   * lease does not hold it again.
   */
  void forget(String campaign, int image, int region) throws SQLException {
    List<Entry> open =
        sql.rows(
            "SELECT " + COLUMNS + " FROM leases WHERE campaign = ? AND open_regions > 0",
            LeaseTable::entry,
            campaign);
    for (Entry each : open) {
      if (each.selection().lists(image, region)) {
        sql.update(
            "UPDATE leases SET selection = ? WHERE id = ?",
            each.selection().without(image, region).bytes(),
            each.id());
      }
    }
  }

  /** Returns the open leases of an annotator, oldest first. */
  List<Entry> open(String campaign, String annotator) throws SQLException {
    return sql.rows(
        "SELECT "
            + COLUMNS
            + " FROM leases WHERE campaign = ? AND open_regions > 0 AND annotator = ? ORDER BY id",
        LeaseTable::entry,
        campaign,
        annotator);
  }

  /** Returns the regions listed by open leases; some may be labeled or skipped. */
  LongSet held(String campaign) throws SQLException {
    LongSet held = new LongOpenHashSet();
    sql.each(
        "SELECT selection FROM leases WHERE campaign = ? AND open_regions > 0",
        row ->
            SelectionCodec.read(row.getBytes(1))
                .regions()
                .forEach(each -> held.add(CandidateHeap.place(each.image(), each.region()))),
        campaign);
    return held;
  }

  /** Returns a lease with the names of its regions. */
  Lease describe(Entry lease, CampaignTable.Entry campaign) throws SQLException {
    ImageTable images = new ImageTable(sql, campaign);
    Map<Integer, ImageTable.Entry> known = new HashMap<>();
    List<SelectedRegion> regions = new ArrayList<>();
    for (CandidateHeap.Candidate each : lease.selection().regions()) {
      ImageTable.Entry image = known.get(each.image());
      if (image == null) {
        image =
            sql.row(
                    "SELECT image, name, height, width FROM images WHERE campaign = ? AND image ="
                        + " ?",
                    images::entry,
                    campaign.id(),
                    each.image())
                .orElseThrow();
        known.put(each.image(), image);
      }
      regions.add(selected(regions.size() + 1, image, each));
    }
    return describe(lease, regions);
  }

  static Lease describe(Entry lease, List<SelectedRegion> regions) {
    return new Lease(
        lease.id(),
        lease.campaign(),
        lease.model(),
        lease.annotator(),
        regions,
        lease.shortfall(),
        Instant.ofEpochMilli(lease.granted()),
        Instant.ofEpochMilli(lease.expires()),
        lease.openRegions());
  }

  static SelectedRegion selected(
      int rank, ImageTable.Entry image, CandidateHeap.Candidate candidate) {
    RegionGrid grid = image.grid();
    if (grid == null) {
      throw new IllegalStateException(image.name() + " was handed out but has no size");
    }
    int row = candidate.region() / grid.cols();
    int col = candidate.region() % grid.cols();
    return new SelectedRegion(
        rank, new RegionId(image.name(), row, col), grid.region(row, col), candidate.score());
  }

  private static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getString("id"),
        row.getString("campaign"),
        row.getString("model"),
        row.getInt("k"),
        row.getString("annotator"),
        Lease.Shortfall.valueOf(row.getString("shortfall")),
        row.getLong("granted_at"),
        row.getLong("duration"),
        row.getLong("expires_at"),
        row.getInt("open_regions"),
        SelectionCodec.read(row.getBytes("selection")),
        row.getLong("version"));
  }
}
