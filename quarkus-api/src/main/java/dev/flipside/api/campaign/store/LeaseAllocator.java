package dev.flipside.api.campaign.store;

import dev.flipside.api.campaign.store.database.Sql;
import dev.flipside.api.campaign.store.domain.IdempotencyConflictException;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.LeaseRequest;
import dev.flipside.api.campaign.store.heap.CandidateHeap;
import dev.flipside.api.campaign.store.heap.SelectionCodec;
import dev.flipside.scorer.selection.SelectedRegion;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Leases the best free regions of a campaign within one transaction.
 *
 * <p>The transaction locks the campaign, then updates the candidate heap with the changes that
 * other transactions have committed. The regions in the heap are therefore free until the lease is
 * written. A lease is one row, regardless of its number of regions.
 */
final class LeaseAllocator {
  private static final int IMAGES_AT_ONCE = 256;

  private final Sql sql;
  private final CampaignTable campaigns;
  private final LeaseTable leases;
  private final CandidateHeaps heaps;

  LeaseAllocator(Sql sql, CandidateHeaps heaps) {
    this.sql = sql;
    this.campaigns = new CampaignTable(sql);
    this.leases = new LeaseTable(sql);
    this.heaps = heaps;
  }

  /**
   * Creates a lease, or returns the lease that the same request created before.
   *
   * @param id id of the lease if it is new
   * @throws CandidateHeaps.Missing if a heap must be built first
   * @throws IdempotencyConflictException if the idempotency key was used for another request
   */
  Lease allocate(LeaseRequest request, String id, long now) throws SQLException {
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
            new SelectionCodec(picked.candidates()),
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
      throw new IdempotencyConflictException(
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
      List<CandidateHeap.Candidate> candidates,
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
    CandidateHeap heap = heaps.find(scoring);
    boolean kept = false;
    try {
      if (heap == null || !CandidateHeaps.catchUp(heap, sql, campaign, scoring)) {
        throw new CandidateHeaps.Missing(campaign.id(), scoring, wanted);
      }
      List<CandidateHeap.Candidate> best = heap.poll(wanted);
      if (best.size() < wanted && !heap.complete()) {
        throw new CandidateHeaps.Missing(campaign.id(), scoring, wanted);
      }
      List<SelectedRegion> regions = describe(campaign, best);
      heap.caughtUp(campaign.version() + 1);
      kept = true;
      return new Picked(
          best,
          regions,
          best.size() < wanted ? Lease.Shortfall.NO_FREE_REGION : Lease.Shortfall.NONE);
    } finally {
      if (!kept) {
        // The removed regions were not leased, so the heap no longer holds the best free regions.
        heaps.drop(scoring);
      }
    }
  }

  private List<SelectedRegion> describe(
      CampaignTable.Entry campaign, List<CandidateHeap.Candidate> candidates) throws SQLException {
    Map<Integer, ImageTable.Entry> images = new HashMap<>();
    List<Integer> numbers =
        candidates.stream().map(CandidateHeap.Candidate::image).distinct().toList();
    for (int from = 0; from < numbers.size(); from += IMAGES_AT_ONCE) {
      List<Integer> some = numbers.subList(from, Math.min(from + IMAGES_AT_ONCE, numbers.size()));
      for (ImageTable.Entry each : new ImageTable(sql, campaign).get(some)) {
        images.put(each.image(), each);
      }
    }
    List<SelectedRegion> regions = new ArrayList<>();
    for (CandidateHeap.Candidate each : candidates) {
      regions.add(LeaseTable.selected(regions.size() + 1, image(images, each), each));
    }
    return regions;
  }

  private static ImageTable.Entry image(
      Map<Integer, ImageTable.Entry> images, CandidateHeap.Candidate candidate) {
    ImageTable.Entry image = images.get(candidate.image());
    if (image == null) {
      throw new IllegalStateException("image " + candidate.image() + " was leased but not read");
    }
    return image;
  }
}
