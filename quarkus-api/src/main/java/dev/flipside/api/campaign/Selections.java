package dev.flipside.api.campaign;

import dev.flipside.api.access.WaitingRequests;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.Job;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.campaign.store.domain.LeaseRequest;
import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.job.ScoringJobRequest;
import dev.flipside.api.job.ScoringJobs;
import dev.flipside.api.model.InferenceSettings;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Leases the best regions by the latest finished scoring. During the first scoring of a campaign, a
 * request waits for it up to a limit.
 */
@Singleton
final class Selections {
  private static final int RETRY_AFTER_SECONDS = 5;

  private final CampaignStore store;
  private final CampaignLookup campaigns;
  private final ScoringJobs jobs;
  private final InferenceSettings inference;
  private final WaitingRequests waiting;
  private final FlipsideConfig.Selection config;

  @Inject
  Selections(
      CampaignStore store,
      CampaignLookup campaigns,
      ScoringJobs jobs,
      InferenceSettings inference,
      WaitingRequests waiting,
      FlipsideConfig config) {
    this.store = store;
    this.campaigns = campaigns;
    this.jobs = jobs;
    this.inference = inference;
    this.waiting = waiting;
    this.config = config.selection();
  }

  /**
   * Leases the best free regions.
   *
   * @param campaign id of the campaign
   * @param annotator annotator who receives the regions
   * @param idempotencyKey key of the request, null if none
   * @param wait how long to wait for scores, null for the configured time
   */
  Uni<Lease> take(
      String campaign,
      SelectionRequest request,
      String annotator,
      @Nullable String idempotencyKey,
      @Nullable Duration wait) {
    CampaignPlan plan = campaigns.plan(campaign);
    requireSize(request);
    Duration lease = lease(request);
    String asked = request.strategy();
    String strategy = asked == null ? plan.strategy() : inference.acquisition(asked).name();
    return scored(campaign, strategy, strategy.equals(plan.strategy()), wait)
        .map(
            order ->
                store.lease(
                    new LeaseRequest(
                        campaign,
                        order.key().toString(),
                        request.k(),
                        annotator,
                        lease,
                        idempotencyKey)));
  }

  /** Extends a lease; it then ends the given time from now. */
  Lease renew(Lease lease, Duration duration) {
    requireLeaseLength(duration);
    return store.renew(lease.id(), duration);
  }

  /** Returns the default duration of a lease. */
  Duration usualLease() {
    return config.lease();
  }

  /**
   * @param usual whether the strategy is that of the campaign, which begins without scores
   */
  private Uni<ScoringJobRequest> scored(
      String campaign, String strategy, boolean usual, @Nullable Duration wait) {
    String first = usual ? ScoringJobRequest.COLD_START.strategy() : strategy;
    Optional<Job> done =
        jobs.newestDone(campaign, strategy).or(() -> jobs.newestDone(campaign, first));
    if (done.isPresent()) {
      return Uni.createFrom().item(jobs.order(done.get()));
    }
    Job newest =
        jobs.newest(campaign, first)
            .filter(job -> !job.state().ended())
            .or(() -> jobs.newest(campaign, strategy))
            .or(() -> jobs.newest(campaign, first))
            .orElseThrow(() -> neverScored(campaign, strategy));
    Duration patience = wait == null ? config.waitForScores() : shorter(wait, config.longestWait());
    if (newest.state().ended() || patience.isZero()) {
      return Uni.createFrom().item(requireDone(newest));
    }
    waiting.enter();
    return jobs.watch(newest.id())
        .select()
        .last()
        .toUni()
        .ifNoItem()
        .after(patience)
        .recoverWithItem(newest)
        .emitOn(Infrastructure.getDefaultWorkerPool())
        .map(watched -> requireDone(jobs.get(watched.id())));
  }

  private ScoringJobRequest requireDone(Job job) {
    return switch (job.state()) {
      case DONE -> jobs.order(job);
      case FAILED ->
          throw notScored(job, "its scoring failed: " + job.outcome() + "; score it again", 0);
      case CANCELLED -> throw notScored(job, "its scoring was cancelled; score it again", 0);
      case QUEUED, RUNNING ->
          throw notScored(
              job,
              job.done()
                  + " of "
                  + job.total()
                  + " images are scored; ask again later, or wait longer with the header \"Prefer:"
                  + " wait=SECONDS\"",
              RETRY_AFTER_SECONDS);
    };
  }

  private static ApiProblem notScored(Job job, String detail, int retryAfterSeconds) {
    ApiProblem problem =
        ApiProblem.of(ProblemType.NOT_SCORED, "campaign \"" + job.campaign() + "\": " + detail)
            .with("job", "/api/jobs/" + job.id());
    return retryAfterSeconds == 0 ? problem : problem.with("retryAfterSeconds", retryAfterSeconds);
  }

  private static ApiProblem neverScored(String campaign, String strategy) {
    return ApiProblem.of(
        ProblemType.NOT_SCORED,
        "campaign \""
            + campaign
            + "\": was never scored by "
            + strategy
            + "; POST /api/campaigns/"
            + campaign
            + "/scorings first");
  }

  private void requireSize(SelectionRequest request) {
    if (request.k() > config.maxRegions()) {
      throw ApiProblem.of(
          ProblemType.BAD_REQUEST,
          "k: "
              + request.k()
              + " regions, expected 1 to "
              + config.maxRegions()
              + "; ask several times, or raise flipside.selection.max-regions");
    }
  }

  private Duration lease(SelectionRequest request) {
    Long seconds = request.leaseSeconds();
    Duration lease = seconds == null ? config.lease() : Duration.ofSeconds(seconds);
    requireLeaseLength(lease);
    return lease;
  }

  private void requireLeaseLength(Duration lease) {
    if (lease.compareTo(config.longestLease()) > 0) {
      throw ApiProblem.of(
          ProblemType.BAD_REQUEST,
          "leaseSeconds: "
              + lease.toSeconds()
              + ", expected 1 to "
              + config.longestLease().toSeconds()
              + "; renew the selection instead, or raise flipside.selection.longest-lease");
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
