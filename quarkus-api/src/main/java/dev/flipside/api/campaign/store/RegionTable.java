package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.LabelEvent;
import dev.flipside.api.campaign.store.domain.LabelledRegion;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.RegionConflictException;
import dev.flipside.api.campaign.store.domain.RegionState;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.api.campaign.store.domain.ScoringKey;
import dev.flipside.api.campaign.store.heap.CandidateHeap;
import dev.flipside.api.campaign.store.heap.SelectionCodec;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.RegionId;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** States and labels of the regions of one campaign within one transaction. */
final class RegionTable {
  private final Sql sql;
  private final CampaignTable.Entry campaign;
  private final ImageTable images;
  private final LeaseTable leases;
  private final CampaignTable campaigns;
  private final LabelTable labels;
  private final LabelEventTable events;

  RegionTable(Sql sql, CampaignTable.Entry campaign) {
    this.sql = sql;
    this.campaign = campaign;
    this.images = new ImageTable(sql, campaign);
    this.leases = new LeaseTable(sql);
    this.campaigns = new CampaignTable(sql);
    this.labels = new LabelTable(sql, campaign);
    this.events = new LabelEventTable(sql, campaign.id());
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
    return leases
        .holder(campaign.id(), image.image(), region)
        .map(by -> new RegionStatus(id, RegionState.LEASED, by.lease(), by.annotator()))
        .orElse(new RegionStatus(id, RegionState.UNLABELLED, null, null));
  }

  /** Labels a region that the lease holds, in a locked campaign. */
  void label(LeaseTable.Entry lease, RegionId id, LabelMap label, long now) throws SQLException {
    ImageTable.Entry image = images.get(id.image());
    int region = settle(lease, id, image, RegionState.LABELLED, "a label");
    labels.requireFits(id, image, label);
    labels.add(image, region, label, LabelEvent.Kind.LABELLED, lease.annotator(), now);
    campaigns.count(campaign.id(), -1, 1, 0);
  }

  /** Skips a region that the lease holds, in a locked campaign. */
  void skip(LeaseTable.Entry lease, RegionId id, long now) throws SQLException {
    ImageTable.Entry image = images.get(id.image());
    int region = settle(lease, id, image, RegionState.SKIPPED, "skipping");
    events.add(
        image.image(), region, LabelEvent.Kind.SKIPPED, lease.annotator(), null, null, 0, now);
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
    leases.settleOne(lease.id());
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
    labels.requireFits(id, image, label);
    boolean free =
        leases.holder(campaign.id(), image.image(), region).isEmpty()
            && settle(
                image, region, RegionState.LABELLED, null, campaigns.nextVersion(campaign.id()));
    if (!free) {
      throw new RegionConflictException(
          status(id, image, region), "a label imported by " + annotator);
    }
    labels.add(image, region, label, LabelEvent.Kind.IMPORTED, annotator, now);
    campaigns.count(campaign.id(), 0, 1, 0);
  }

  /** Returns the valid label of a region. */
  Optional<LabelledRegion> label(RegionId id) throws SQLException {
    ImageTable.Entry image = images.get(id.image());
    return labels.find(image, ImageTable.region(image, id));
  }

  /** Replaces the label of a region, in a locked campaign. */
  void correct(RegionId id, LabelMap label, String actor, long now) throws SQLException {
    ImageTable.Entry image = images.get(id.image());
    int region = ImageTable.region(image, id);
    LabelledRegion before = requireLabel(id, image, region, "a correction by " + actor);
    labels.requireFits(id, image, label);
    labels.replace(image, region, before, label, actor, now);
  }

  /** Makes a labeled or skipped region selectable again, in a locked campaign. */
  void reopen(RegionId id, String actor, @Nullable String comment, long now) throws SQLException {
    ImageTable.Entry image = images.get(id.image());
    int region = ImageTable.region(image, id);
    RegionStatus status = status(id, image, region);
    boolean labelled = status.state() == RegionState.LABELLED;
    if (labelled) {
      labels.remove(image, region, requireLabel(id, image, region, "reopening by " + actor));
    } else if (status.state() != RegionState.SKIPPED) {
      throw new RegionConflictException(status, "reopening by " + actor);
    }
    unsettle(image, region);
    events.add(
        image.image(),
        region,
        LabelEvent.Kind.REOPENED,
        actor,
        status.annotator(),
        comment,
        campaigns.nextVersion(campaign.id()),
        now);
    campaigns.count(campaign.id(), 0, labelled ? -1 : 0, labelled ? 0 : -1);
  }

  /**
   * Takes back the label of a region and leases the region to its annotator, in a locked campaign.
   *
   * @param lease id of the new lease
   */
  void sendBack(RegionId id, String actor, String comment, String lease, long now)
      throws SQLException {
    ImageTable.Entry image = images.get(id.image());
    int region = ImageTable.region(image, id);
    LabelledRegion before = requireLabel(id, image, region, "sending back by " + actor);
    labels.remove(image, region, before);
    unsettle(image, region);
    events.add(
        image.image(),
        region,
        LabelEvent.Kind.SENT_BACK,
        actor,
        before.annotator(),
        comment,
        0,
        now);
    leases.insert(
        new LeaseTable.Entry(
            lease,
            campaign.id(),
            ScoringKey.SENT_BACK.toString(),
            1,
            before.annotator(),
            Lease.Shortfall.NONE,
            now,
            Lease.SENT_BACK.toMillis(),
            now + Lease.SENT_BACK.toMillis(),
            1,
            new SelectionCodec(List.of(new CandidateHeap.Candidate(image.image(), region, 0))),
            campaigns.nextVersion(campaign.id())),
        null);
    campaigns.count(campaign.id(), 1, -1, 0);
  }

  private LabelledRegion requireLabel(
      RegionId id, ImageTable.Entry image, int region, String attempt) throws SQLException {
    Optional<LabelledRegion> label = labels.find(image, region);
    if (label.isEmpty()) {
      throw new RegionConflictException(status(id, image, region), attempt);
    }
    return label.get();
  }

  /** Forgets that a region is labeled or skipped, and which lease it was part of. */
  private void unsettle(ImageTable.Entry image, int region) throws SQLException {
    sql.update(
        "DELETE FROM regions WHERE campaign = ? AND image = ? AND region = ?",
        campaign.id(),
        image.image(),
        region);
    leases.forget(campaign.id(), image.image(), region);
  }
}
