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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Submits and queries scoring jobs; {@link ScoringWorker} runs them. */
@Singleton
public final class ScoringJobs {
  /** Kind of scoring jobs in the store. */
  static final String KIND = "scoring";

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /** Connections without any traffic are closed after some minutes. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

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
   * Submits a scoring job. Returns the existing job if one for the same campaign, model and
   * strategy is queued or running.
   *
   * @throws ApiProblem if the queue is full
   */
  public Job submit(String campaign, ScoringJobRequest order) {
    Job job =
        jobs.submit(KIND, campaign, order.toJson(), config.queue()).orElseThrow(this::queueIsFull);
    worker.wake();
    return job;
  }

  private ApiProblem queueIsFull() {
    return ApiProblem.of(
            ProblemType.TOO_MANY,
            config.queue()
                + " scorings wait or run, as many as flipside.scoring.queue allows; try again when"
                + " one has ended")
        .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
  }

  /**
   * Returns a job by id.
   *
   * @throws ApiProblem if there is no such job
   */
  public Job get(String id) {
    return jobs.find(id)
        .orElseThrow(() -> ApiProblem.notFound("job", id, "GET /api/jobs lists all jobs."));
  }

  /** Returns all scoring jobs, oldest first. */
  public List<Job> list() {
    return jobs.list().stream().filter(job -> job.kind().equals(KIND)).toList();
  }

  /** Returns the latest scoring job of a campaign. */
  public Optional<Job> newest(String campaign) {
    return of(campaign).reduce((a, b) -> b);
  }

  /** Returns the latest completed scoring job of a campaign with a strategy. */
  public Optional<Job> newestDone(String campaign, String strategy) {
    return of(campaign, strategy).filter(job -> job.state() == Job.State.DONE).reduce((a, b) -> b);
  }

  /** Returns the latest scoring job of a campaign with a strategy, in any state. */
  public Optional<Job> newest(String campaign, String strategy) {
    return of(campaign, strategy).reduce((a, b) -> b);
  }

  private Stream<Job> of(String campaign, String strategy) {
    return of(campaign).filter(job -> order(job).strategy().equals(strategy));
  }

  private Stream<Job> of(String campaign) {
    return jobs.list(campaign).stream().filter(job -> job.kind().equals(KIND));
  }

  /** Requests cancellation; a finished job does not change. */
  public Job cancel(String id) {
    get(id);
    return jobs.cancel(id);
  }

  /** Returns the parameters of a job. */
  public ScoringJobRequest order(Job job) {
    return ScoringJobRequest.fromJson(job.request());
  }

  /** Whether a state repeats the last one, which was emitted a short time ago. */
  private static final class Unchanged implements Comparator<Job> {
    private long emitted = System.nanoTime();

    @Override
    public int compare(Job last, Job next) {
      boolean due = System.nanoTime() - emitted > LONGEST_PAUSE.toNanos();
      if (last.equals(next) && !due) {
        return 0;
      }
      emitted = System.nanoTime();
      return 1;
    }
  }

  /**
   * Emits the current state of a job and each change, at least every minute, until the job has
   * ended.
   */
  public Multi<Job> watch(String id) {
    return Multi.createFrom()
        .ticks()
        .every(LOOK_EVERY)
        .onOverflow()
        .drop()
        .emitOn(Infrastructure.getDefaultWorkerPool())
        .map(tick -> get(id))
        .skip()
        .repetitions(new Unchanged())
        .select()
        .first(job -> !job.state().ended())
        .onCompletion()
        .continueWith(() -> List.of(get(id)));
  }
}
