package dev.flipside.api.job;

import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.JobStore;
import dev.flipside.api.campaign.store.database.StoreException;
import dev.flipside.api.campaign.store.domain.Job;
import dev.flipside.api.model.InferenceSettings;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.inference.RunControl;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs queued scoring jobs one after the other on a separate thread. Resumes jobs of dead
 * processes; a shutdown ends the run of the model and returns the job to the queue.
 */
@Singleton
public final class ScoringWorker {
  private static final Logger LOG = Logger.getLogger(ScoringWorker.class);

  /**
   * Time without heartbeat after which a worker counts as dead; heartbeats are sent every second.
   */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(3);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(20);
  private static final Duration LONGEST_END_OF_A_RUN = Duration.ofSeconds(60);
  private static final int HALTED = 70;

  private final JobStore jobs;
  private final ScoringJob scoring;
  private final InferenceSettings inference;
  private final String name = "service-" + UUID.randomUUID();
  private final Semaphore calls = new Semaphore(0);
  private final Thread thread = new Thread(this::work, "flipside-scoring");
  private volatile boolean stopping;
  private volatile @Nullable RunControl runs;

  @Inject
  ScoringWorker(CampaignStore store, ScoringJob scoring, InferenceSettings inference) {
    this.jobs = store.jobs();
    this.scoring = scoring;
    this.inference = inference;
    this.thread.setDaemon(true);
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  /** Ends the run in progress and waits for it. Native code must not outlive its process. */
  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    RunControl running = runs;
    if (running != null) {
      running.end();
    }
    wake();
    thread.join(LONGEST_STOP.toMillis());
    if (thread.isAlive()) {
      LOG.errorf("a model cannot be ended within %s; the process is halted", LONGEST_STOP);
      Runtime.getRuntime().halt(HALTED);
    }
  }

  /** Wakes the worker after a job was submitted. */
  void wake() {
    calls.release();
  }

  /** Returns why no job makes progress, if that needs help. */
  public Optional<String> fault() {
    RunControl running = runs;
    if (!stopping && !thread.isAlive()) {
      return Optional.of("the scoring thread has ended; restart the service");
    }
    return running != null && running.overdue().compareTo(LONGEST_END_OF_A_RUN) > 0
        ? Optional.of(
            "an operator of a model runs since "
                + running.overdue().toSeconds()
                + " s after it was to end; restart the service if it does not end")
        : Optional.empty();
  }

  private void work() {
    while (!stopping) {
      try {
        Optional<Job> job = jobs.claim(name, SILENCE);
        if (job.isPresent()) {
          run(job.get());
        } else {
          pause();
        }
      } catch (StoreException e) {
        LOG.warnf("jobs wait: %s", e.getMessage());
        pause();
      } catch (RuntimeException | Error e) {
        // Another worker, or this one, takes the job up again when its heartbeat is too old.
        LOG.error("a job could not be ended", e);
        pause();
      }
    }
  }

  private void pause() {
    try {
      if (calls.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        calls.drainPermits();
      }
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  private void run(Job job) {
    LOG.infof("job %s: scoring campaign %s", job.id(), job.campaign());
    try {
      ScoringJobResult outcome = score(job);
      finish(job, Job.State.DONE, outcome.toJson());
      LOG.infof(
          "job %s: %d images scored, %d failed", job.id(), outcome.scored(), outcome.failed());
    } catch (CancellationException e) {
      end(job);
    } catch (StoreException e) {
      LOG.warnf("job %s: %s", job.id(), e.getMessage());
      if (e.worthRetrying()) {
        jobs.putBack(job.id(), name);
        pause();
      } else {
        finish(job, Job.State.FAILED, e.getMessage());
      }
    } catch (FlipsideException | ApiProblem e) {
      LOG.warnf("job %s: %s", job.id(), e.getMessage());
      finish(job, Job.State.FAILED, e.getMessage());
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "job %s failed", job.id());
      finish(
          job,
          Job.State.FAILED,
          "a fault of the service; its log has the cause under this job's id");
    }
  }

  private ScoringJobResult score(Job job) {
    RunControl control = inference.newRunControl();
    runs = control;
    try (JobHeartbeat pulse = JobHeartbeat.start(jobs, job.id(), name, control)) {
      if (stopping) {
        control.end();
      }
      return scoring.run(job, pulse, control);
    } finally {
      runs = null;
    }
  }

  private void end(Job job) {
    if (stopping) {
      jobs.putBack(job.id(), name);
      LOG.infof("job %s: put back, the service stops", job.id());
    } else {
      finish(job, Job.State.CANCELLED, null);
      LOG.infof("job %s: cancelled", job.id());
    }
  }

  /** Ends a job, as soon as the store can be written. */
  private void finish(Job job, Job.State state, @Nullable String outcome) {
    while (true) {
      try {
        jobs.finish(job.id(), name, state, outcome);
        return;
      } catch (StoreException e) {
        if (stopping) {
          throw e;
        }
        LOG.warnf("job %s: its end waits: %s", job.id(), e.getMessage());
        pause();
      }
    }
  }
}
