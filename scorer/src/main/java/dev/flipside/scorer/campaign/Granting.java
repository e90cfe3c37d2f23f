package dev.flipside.scorer.campaign;

import dev.flipside.scorer.selection.SelectedRegion;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hands out the best free regions, within one transaction.
 *
 * <p>A frontier proposes regions, best first; the table of regions decides. To lease a region is to
 * insert its row, or to turn a row that came back; whoever comes second changes nothing and takes
 * the next best.
 */
final class Granting {
  private static final int LARGEST_CLAIM = 256;

  private final Sql sql;
  private final CampaignTable campaigns;
  private final LeaseTable leases;
  private final Frontiers frontiers;

  Granting(Sql sql, Frontiers frontiers) {
    this.sql = sql;
    this.campaigns = new CampaignTable(sql);
    this.leases = new LeaseTable(sql);
    this.frontiers = frontiers;
  }

  /**
   * Grants a lease, or finds the one that the same request got before.
   *
   * @param id id of the lease, should it be a new one
   * @throws Frontiers.Missing if a frontier must be built first
   * @throws LeaseConflictException if the idempotency key named another request
   */
  Lease grant(LeaseRequest request, String id, long now) throws SQLException {
    CampaignTable.Entry campaign = campaigns.lock(request.campaign());
    Optional<Lease> before = repeated(request, campaign);
    if (before.isPresent()) {
      return before.get();
    }
    if (leases.expire(campaign, now) > 0) {
      campaign = campaigns.entry(campaign.id());
    }
    Picked picked = pick(request, campaign, id);
    LeaseTable.Entry lease =
        new LeaseTable.Entry(
            id,
            campaign.id(),
            request.model(),
            request.k(),
            request.annotator(),
            picked.shortfall(),
            now,
            request.duration().toMillis(),
            now + request.duration().toMillis(),
            picked.regions().size(),
            new Selection(picked.candidates()));
    leases.insert(lease, request.idempotencyKey());
    campaigns.count(campaign.id(), picked.regions().size(), 0, 0);
    return LeaseTable.describe(lease, picked.regions());
  }

  private Optional<Lease> repeated(LeaseRequest request, CampaignTable.Entry campaign)
      throws SQLException {
    String key = request.idempotencyKey();
    if (key == null) {
      return Optional.empty();
    }
    Optional<LeaseTable.Entry> before = leases.byKey(campaign.id(), request.annotator(), key);
    if (before.isEmpty()) {
      return Optional.empty();
    }
    LeaseTable.Entry lease = before.get();
    if (lease.k() != request.k() || !lease.model().equals(request.model())) {
      throw new LeaseConflictException(
          "idempotency key \""
              + key
              + "\": used before by "
              + request.annotator()
              + " to ask for k "
              + lease.k()
              + " of model "
              + lease.model()
              + ", now for k "
              + request.k()
              + " of model "
              + request.model()
              + "; give each request its own key");
    }
    return Optional.of(leases.describe(lease, campaign));
  }

  private record Picked(
      List<Frontier.Candidate> candidates,
      List<SelectedRegion> regions,
      Lease.Shortfall shortfall) {
    static Picked none(Lease.Shortfall why) {
      return new Picked(List.of(), List.of(), why);
    }
  }

  private Picked pick(LeaseRequest request, CampaignTable.Entry campaign, String lease)
      throws SQLException {
    if (campaign.closed()) {
      return Picked.none(Lease.Shortfall.CLOSED);
    }
    long affordable = campaign.progress().remainingBudget();
    if (affordable == 0) {
      return Picked.none(Lease.Shortfall.BUDGET_SPENT);
    }
    Optional<Integer> scoring = new ScoreTable(sql, campaign).scoring(request.model());
    if (scoring.isEmpty()) {
      return Picked.none(Lease.Shortfall.NOT_SCORED);
    }
    int wanted = (int) Math.min(request.k(), affordable);
    Picked picked = pick(campaign, scoring.get(), wanted, lease);
    return picked.shortfall() == Lease.Shortfall.NONE && wanted < request.k()
        ? new Picked(picked.candidates(), picked.regions(), Lease.Shortfall.BUDGET_SPENT)
        : picked;
  }

  private Picked pick(CampaignTable.Entry campaign, int scoring, int wanted, String lease)
      throws SQLException {
    Frontier frontier = frontiers.find(scoring);
    if (frontier == null) {
      throw new Frontiers.Missing(campaign.id(), scoring, wanted);
    }
    boolean kept = false;
    try {
      if (frontier.poolEpoch() != campaign.poolEpoch()) {
        throw new Frontiers.Missing(campaign.id(), scoring, wanted);
      }
      Frontiers.catchUp(frontier, sql, campaign, scoring);
      List<Frontier.Candidate> candidates = new ArrayList<>();
      List<SelectedRegion> regions = new ArrayList<>();
      while (regions.size() < wanted) {
        Set<Frontier.Candidate> next =
            frontier.poll(Math.min(wanted - regions.size(), LARGEST_CLAIM));
        if (next.isEmpty()) {
          if (!frontier.complete()) {
            throw new Frontiers.Missing(campaign.id(), scoring, wanted);
          }
          kept = true;
          return new Picked(candidates, regions, Lease.Shortfall.NO_FREE_REGION);
        }
        Map<Integer, ImageTable.Entry> images = new HashMap<>();
        for (Frontier.Candidate each :
            claim(campaign, lease, current(campaign, scoring, next, images))) {
          candidates.add(each);
          regions.add(LeaseTable.selected(regions.size() + 1, image(images, each), each));
        }
      }
      kept = true;
      return new Picked(candidates, regions, Lease.Shortfall.NONE);
    } finally {
      if (!kept) {
        // What it proposed is not leased after all: it no longer holds the best free regions.
        frontiers.drop(scoring);
      }
    }
  }

  /**
   * Those of the candidates that still have the score they are ranked by; looks up their images.
   */
  private List<Frontier.Candidate> current(
      CampaignTable.Entry campaign,
      int scoring,
      Set<Frontier.Candidate> candidates,
      Map<Integer, ImageTable.Entry> images)
      throws SQLException {
    ImageTable table = new ImageTable(sql, campaign);
    Map<Integer, float[]> scores = new HashMap<>();
    List<Object> values = new ArrayList<>(List.of(scoring, campaign.id()));
    candidates.stream().map(Frontier.Candidate::image).distinct().forEach(values::add);
    List<ImageTable.Entry> found =
        sql.rows(
            "SELECT i.image, i.name, i.height, i.width, s.scores FROM images i JOIN scores s ON"
                + " s.scoring = ? AND s.image = i.image WHERE i.campaign = ? AND i.image IN ("
                + places("?", values.size() - 2)
                + ")",
            row -> {
              ImageTable.Entry image = table.entry(row);
              scores.put(image.image(), Floats.floats(row.getBytes("scores")));
              return image;
            },
            values.toArray());
    found.forEach(each -> images.put(each.image(), each));
    return candidates.stream()
        .filter(
            each -> {
              float[] now = scores.get(each.image());
              return now != null && now[each.region()] == each.score();
            })
        .toList();
  }

  /** Leases those of the candidates that are free, in their order. */
  private List<Frontier.Candidate> claim(
      CampaignTable.Entry campaign, String lease, List<Frontier.Candidate> candidates)
      throws SQLException {
    if (candidates.isEmpty()) {
      return List.of();
    }
    List<Object> values = new ArrayList<>();
    for (Frontier.Candidate each : candidates) {
      values.addAll(List.of(campaign.id(), each.image(), each.region(), lease));
    }
    record Place(int image, int region) {}
    Set<Place> won =
        new HashSet<>(
            sql.rows(
                "INSERT INTO regions (campaign, image, region, state, lease, version) VALUES "
                    + places("(?, ?, ?, 'LEASED', ?, 0)", candidates.size())
                    + " ON CONFLICT (campaign, image, region) DO UPDATE SET state = 'LEASED', lease"
                    + " = excluded.lease WHERE regions.state = 'UNLABELLED' RETURNING image,"
                    + " region",
                row -> new Place(row.getInt(1), row.getInt(2)),
                values.toArray()));
    return candidates.stream()
        .filter(each -> won.contains(new Place(each.image(), each.region())))
        .toList();
  }

  private static ImageTable.Entry image(
      Map<Integer, ImageTable.Entry> images, Frontier.Candidate candidate) {
    ImageTable.Entry image = images.get(candidate.image());
    if (image == null) {
      throw new IllegalStateException("image " + candidate.image() + " was leased but not read");
    }
    return image;
  }

  private static String places(String one, int count) {
    return String.join(", ", Collections.nCopies(count, one));
  }
}
