package dev.flipside.api.job;

import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.JobStore;
import dev.flipside.api.campaign.store.database.StoreException;
import dev.flipside.api.campaign.store.domain.Job;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.models.domain.FlipsideException;
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

/**
 * Runs queued scoring jobs one after the other on a separate thread. Resumes jobs of dead
 * processes; a shutdown returns the running job to the queue.
 */
@Singleton
final class ScoringWorker {
  private static final Logger LOG = Logger.getLogger(ScoringWorker.class);

  /**
   * Time without heartbeat after which a worker counts as dead; heartbeats are sent every second.
   */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(3);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(60);

  private final JobStore jobs;
  private final ScoringJob scoring;
  private final String name = "service-" + UUID.randomUUID();
  private final Semaphore calls = new Semaphore(0);
  private final Thread thread = new Thread(this::work, "flipside-scoring");
  private volatile boolean stopping;

  @Inject
  ScoringWorker(CampaignStore store, ScoringJob scoring) {
    this.jobs = store.jobs();
    this.scoring = scoring;
    this.thread.setDaemon(true);
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    wake();
    thread.join(LONGEST_STOP.toMillis());
  }

  /** Wakes the worker after a job was submitted. */
  void wake() {
    calls.release();
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
      } catch (RuntimeException e) {
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
      jobs.finish(job.id(), name, Job.State.DONE, outcome.toJson());
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
        jobs.finish(job.id(), name, Job.State.FAILED, e.getMessage());
      }
    } catch (FlipsideException | ApiProblem e) {
      LOG.warnf("job %s: %s", job.id(), e.getMessage());
      jobs.finish(job.id(), name, Job.State.FAILED, e.getMessage());
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "job %s failed", job.id());
      jobs.finish(
          job.id(),
          name,
          Job.State.FAILED,
          "a fault of the service; its log has the cause under this job's id");
    }
  }

  private ScoringJobResult score(Job job) {
    try (JobHeartbeat pulse = JobHeartbeat.start(jobs, job.id(), name, () -> stopping)) {
      return scoring.run(job, pulse);
    }
  }

  private void end(Job job) {
    if (stopping) {
      jobs.putBack(job.id(), name);
      LOG.infof("job %s: put back, the service stops", job.id());
    } else {
      jobs.finish(job.id(), name, Job.State.CANCELLED, null);
      LOG.infof("job %s: cancelled", job.id());
    }
  }
}
