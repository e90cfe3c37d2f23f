package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.LeaseConflictException;
import dev.flipside.api.campaign.store.domain.LeaseRequest;
import dev.flipside.scorer.selection.SelectedRegion;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hands out the best free regions, within one transaction.
 *
 * <p>The transaction holds the lock of its campaign, and lets the frontier follow first what others
 * have committed; so what the frontier then holds is free, and stays so until the lease is noted.
 * Leasing writes one row, however many regions it is for.
 */
final class Granting {
  private static final int IMAGES_AT_ONCE = 256;

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
    Picked picked = pick(request, campaign);
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
            new Selection(picked.candidates()),
            campaign.version() + 1);
    leases.insert(lease, request.idempotencyKey());
    campaigns.countLeased(campaign.id(), picked.regions().size());
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

  private Picked pick(LeaseRequest request, CampaignTable.Entry campaign) throws SQLException {
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
    Picked picked = pick(campaign, scoring.get(), wanted);
    return picked.shortfall() == Lease.Shortfall.NONE && wanted < request.k()
        ? new Picked(picked.candidates(), picked.regions(), Lease.Shortfall.BUDGET_SPENT)
        : picked;
  }

  private Picked pick(CampaignTable.Entry campaign, int scoring, int wanted) throws SQLException {
    Frontier frontier = frontiers.find(scoring);
    boolean kept = false;
    try {
      if (frontier == null || !Frontiers.catchUp(frontier, sql, campaign, scoring)) {
        throw new Frontiers.Missing(campaign.id(), scoring, wanted);
      }
      List<Frontier.Candidate> best = frontier.poll(wanted);
      if (best.size() < wanted && !frontier.complete()) {
        throw new Frontiers.Missing(campaign.id(), scoring, wanted);
      }
      List<SelectedRegion> regions = describe(campaign, best);
      frontier.caughtUp(campaign.version() + 1);
      kept = true;
      return new Picked(
          best,
          regions,
          best.size() < wanted ? Lease.Shortfall.NO_FREE_REGION : Lease.Shortfall.NONE);
    } finally {
      if (!kept) {
        // What it handed out is not leased after all: it no longer holds the best free regions.
        frontiers.drop(scoring);
      }
    }
  }

  private List<SelectedRegion> describe(
      CampaignTable.Entry campaign, List<Frontier.Candidate> candidates) throws SQLException {
    Map<Integer, ImageTable.Entry> images = new HashMap<>();
    List<Integer> numbers = candidates.stream().map(Frontier.Candidate::image).distinct().toList();
    for (int from = 0; from < numbers.size(); from += IMAGES_AT_ONCE) {
      List<Integer> some = numbers.subList(from, Math.min(from + IMAGES_AT_ONCE, numbers.size()));
      for (ImageTable.Entry each : new ImageTable(sql, campaign).get(some)) {
        images.put(each.image(), each);
      }
    }
    List<SelectedRegion> regions = new ArrayList<>();
    for (Frontier.Candidate each : candidates) {
      regions.add(LeaseTable.selected(regions.size() + 1, image(images, each), each));
    }
    return regions;
  }

  private static ImageTable.Entry image(
      Map<Integer, ImageTable.Entry> images, Frontier.Candidate candidate) {
    ImageTable.Entry image = images.get(candidate.image());
    if (image == null) {
      throw new IllegalStateException("image " + candidate.image() + " was leased but not read");
    }
    return image;
  }
}
