package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.LabelledRegion;
import dev.flipside.api.campaign.store.domain.RegionConflictException;
import dev.flipside.api.campaign.store.domain.RegionState;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** States and labels of the regions of one campaign within one transaction. */
final class RegionTable {
  private static final String LABELS =
      "SELECT i.image, i.name, i.height, i.width, b.region, b.ids, b.annotator, b.created_at,"
          + " b.sequence FROM labels b JOIN images i ON i.campaign = b.campaign AND i.image ="
          + " b.image WHERE b.campaign = ?";

  private final Sql sql;
  private final CampaignTable.Entry campaign;
  private final ImageTable images;
  private final CampaignTable campaigns;

  RegionTable(Sql sql, CampaignTable.Entry campaign) {
    this.sql = sql;
    this.campaign = campaign;
    this.images = new ImageTable(sql, campaign);
    this.campaigns = new CampaignTable(sql);
  }

  RegionStatus status(RegionId id) throws SQLException {
    ImageTable.Entry image = images.get(id.image());
    return status(id, image, ImageTable.region(image, id));
  }

  private RegionStatus status(RegionId id, ImageTable.Entry image, int region) throws SQLException {
    Optional<RegionStatus> settled =
        sql.row(
            "SELECT r.state, r.lease, COALESCE(b.annotator, l.annotator) AS annotator FROM regions"
                + " r LEFT JOIN leases l ON l.id = r.lease LEFT JOIN labels b ON b.campaign ="
                + " r.campaign AND b.image = r.image AND b.region = r.region WHERE r.campaign = ?"
                + " AND r.image = ? AND r.region = ?",
            row ->
                new RegionStatus(
                    id,
                    RegionState.valueOf(row.getString("state")),
                    row.getString("lease"),
                    row.getString("annotator")),
            campaign.id(),
            image.image(),
            region);
    if (settled.isPresent()) {
      return settled.get();
    }
    return new LeaseTable(sql)
        .holder(campaign.id(), image.image(), region)
        .map(by -> new RegionStatus(id, RegionState.LEASED, by.lease(), by.annotator()))
        .orElse(new RegionStatus(id, RegionState.UNLABELLED, null, null));
  }

  /** Labels a region that the lease holds, in a locked campaign. */
  void label(LeaseTable.Entry lease, RegionId id, LabelMap label, long now) throws SQLException {
    ImageTable.Entry image = images.get(id.image());
    int region = settle(lease, id, image, RegionState.LABELLED, "a label");
    requireFits(id, image, label);
    insert(image, region, label, lease.annotator(), now);
    campaigns.count(campaign.id(), -1, 1, 0);
  }

  /** Skips a region that the lease holds, in a locked campaign. */
  void skip(LeaseTable.Entry lease, RegionId id) throws SQLException {
    settle(lease, id, images.get(id.image()), RegionState.SKIPPED, "skipping");
    campaigns.count(campaign.id(), -1, 0, 1);
  }

  private int settle(
      LeaseTable.Entry lease,
      RegionId id,
      ImageTable.Entry image,
      RegionState state,
      String attempt)
      throws SQLException {
    int region = ImageTable.region(image, id);
    if (!lease.holds(image.image(), region) || !settle(image, region, state, lease.id(), 0)) {
      RegionStatus status = status(id, image, region);
      boolean ended =
          status.state() == RegionState.UNLABELLED
              && lease.selection().lists(image.image(), region);
      throw new RegionConflictException(
          ended ? new RegionStatus(id, status.state(), lease.id(), lease.annotator()) : status,
          attempt + " from " + lease.annotator());
    }
    new LeaseTable(sql).settleOne(lease.id());
    return region;
  }

  /** Returns true if the region was neither labeled nor skipped before. */
  private boolean settle(
      ImageTable.Entry image, int region, RegionState state, @Nullable String lease, long version)
      throws SQLException {
    return sql.update(
            "INSERT INTO regions (campaign, image, region, state, lease, version) VALUES (?, ?, ?,"
                + " ?, ?, ?) ON CONFLICT (campaign, image, region) DO NOTHING",
            campaign.id(),
            image.image(),
            region,
            state.name(),
            lease,
            version)
        == 1;
  }

  /** Labels a free region without a lease, in a locked campaign. */
  void importLabel(RegionId id, LabelMap label, String annotator, long now) throws SQLException {
    ImageTable.Entry image = images.get(id.image());
    int region = ImageTable.region(image, id);
    requireFits(id, image, label);
    boolean free =
        new LeaseTable(sql).holder(campaign.id(), image.image(), region).isEmpty()
            && settle(
                image, region, RegionState.LABELLED, null, campaigns.nextVersion(campaign.id()));
    if (!free) {
      throw new RegionConflictException(
          status(id, image, region), "a label imported by " + annotator);
    }
    insert(image, region, label, annotator, now);
    campaigns.count(campaign.id(), 0, 1, 0);
  }

  private void insert(
      ImageTable.Entry image, int region, LabelMap label, String annotator, long now)
      throws SQLException {
    sql.update(
        "INSERT INTO labels (campaign, image, region, ids, annotator, created_at, sequence) VALUES (?,"
            + " ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM labels WHERE campaign ="
            + " ?))",
        campaign.id(),
        image.image(),
        region,
        LabelCodec.deflate(label),
        annotator,
        now,
        campaign.id());
  }

  private void requireFits(RegionId id, ImageTable.Entry image, LabelMap label)
      throws SQLException {
    Region region = grid(image).region(id.row(), id.col());
    ImageSize expected = new ImageSize(region.height(), region.width());
    if (!label.size().equals(expected)) {
      throw new FlipsideException(
          id + ": a label of " + label.size() + " px, expected the region's " + expected);
    }
    ClassMap classes = campaigns.get(campaign.id()).plan().classes();
    for (int pixel = 0; pixel < label.ids().length; pixel++) {
      int found = label.ids()[pixel] & 0xFF;
      if (found >= classes.count() && found != classes.ignoreIndex()) {
        throw new FlipsideException(
            id
                + ": class id "
                + found
                + " at row "
                + pixel / expected.width()
                + ", column "
                + pixel % expected.width()
                + " of the region, expected 0 to "
                + (classes.count() - 1)
                + " or "
                + classes.ignoreIndex()
                + " to ignore");
      }
    }
  }

  /** Streams the labels: images in registration order, regions in row-major order. */
  void eachLabelled(Consumer<LabelledRegion> each) throws SQLException {
    sql.each(
        LABELS + " ORDER BY b.image, b.region", row -> each.accept(labelled(row)), campaign.id());
  }

  /**
   * Returns what is made of labels in the order in which they came in, after a sequence number.
   * Only one label is inflated at a time.
   */
  <T> List<T> labelledAfter(long sequence, int most, Function<LabelledRegion, T> make)
      throws SQLException {
    return sql.rows(
        LABELS + " AND b.sequence > ? ORDER BY b.sequence LIMIT ?",
        row -> make.apply(labelled(row)),
        campaign.id(),
        sequence,
        most);
  }

  private LabelledRegion labelled(ResultSet row) throws SQLException {
    ImageTable.Entry image = images.entry(row);
    RegionGrid grid = grid(image);
    int index = row.getInt("region");
    RegionId id = new RegionId(image.name(), index / grid.cols(), index % grid.cols());
    Region region = grid.region(id.row(), id.col());
    ImageSize size = new ImageSize(region.height(), region.width());
    return new LabelledRegion(
        id,
        grid.image(),
        region,
        LabelCodec.inflate(row.getBytes("ids"), size, id.toString()),
        row.getString("annotator"),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getLong("sequence"));
  }

  private static RegionGrid grid(ImageTable.Entry image) {
    RegionGrid grid = image.grid();
    if (grid == null) {
      throw new IllegalStateException(image.name() + " has labels but no size");
    }
    return grid;
  }
}
