package dev.flipside.api.job;

import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.JobStore;
import dev.flipside.api.campaign.store.domain.Job;
import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks for scorings and tells how they stand; {@link ScoringWorker} does them. */
@Singleton
public final class ScoringJobs {
  /** The kind under which the ledger notes them. */
  static final String KIND = "scoring";

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final int RETRY_AFTER_SECONDS = 30;

  private final JobStore jobs;
  private final FlipsideConfig.Scoring config;
  private final ScoringWorker worker;

  @Inject
  ScoringJobs(CampaignStore store, FlipsideConfig config, ScoringWorker worker) {
    this.jobs = store.jobs();
    this.config = config.scoring();
    this.worker = worker;
  }

  /**
   * Notes a scoring that is to be done. One that waits or runs for the same campaign, model and
   * strategy is returned instead of a second one.
   *
   * @throws ApiProblem if too many wait
   */
  public Job submit(String campaign, ScoringJobRequest order) {
    List<Job> open = list().stream().filter(job -> !job.state().ended()).toList();
    Optional<Job> same =
        open.stream()
            .filter(job -> campaign.equals(job.campaign()) && order.equals(order(job)))
            .findFirst();
    if (same.isPresent()) {
      return same.get();
    }
    if (open.size() >= config.queue()) {
      throw ApiProblem.of(
              ProblemType.TOO_MANY,
              open.size()
                  + " scorings wait or run, as many as flipside.scoring.queue allows; try again"
                  + " when one has ended")
          .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }
    Job job = jobs.create(KIND, campaign, order.toJson());
    worker.wake();
    return job;
  }

  /**
   * A job by its id.
   *
   * @throws ApiProblem if there is none
   */
  public Job get(String id) {
    return jobs.find(id)
        .orElseThrow(() -> ApiProblem.notFound("job", id, "GET /api/jobs lists all jobs."));
  }

  /** All scorings, the oldest first. */
  public List<Job> list() {
    return jobs.list().stream().filter(job -> job.kind().equals(KIND)).toList();
  }

  /** The newest scoring of a campaign, if it was ever asked for. */
  public Optional<Job> newest(String campaign) {
    return of(campaign).reduce((a, b) -> b);
  }

  /** The newest scoring of a campaign by a strategy that has ended well. */
  public Optional<Job> newestDone(String campaign, String strategy) {
    return of(campaign, strategy).filter(job -> job.state() == Job.State.DONE).reduce((a, b) -> b);
  }

  /** The newest scoring of a campaign by a strategy, whatever became of it. */
  public Optional<Job> newest(String campaign, String strategy) {
    return of(campaign, strategy).reduce((a, b) -> b);
  }

  private Stream<Job> of(String campaign, String strategy) {
    return of(campaign).filter(job -> order(job).strategy().equals(strategy));
  }

  private Stream<Job> of(String campaign) {
    return jobs.list(campaign).stream().filter(job -> job.kind().equals(KIND));
  }

  /** Asks a job to stop; one that has ended stays as it is. */
  public Job cancel(String id) {
    get(id);
    return jobs.cancel(id);
  }

  /** What a job is to do. */
  public ScoringJobRequest order(Job job) {
    return ScoringJobRequest.fromJson(job.request());
  }

  /** How a job stands now, and again at every change, until it has ended. */
  public Multi<Job> watch(String id) {
    return Multi.createFrom()
        .ticks()
        .every(LOOK_EVERY)
        .onOverflow()
        .drop()
        .emitOn(Infrastructure.getDefaultWorkerPool())
        .map(tick -> get(id))
        .skip()
        .repetitions()
        .select()
        .first(job -> !job.state().ended())
        .onCompletion()
        .continueWith(() -> List.of(get(id)));
  }
}
