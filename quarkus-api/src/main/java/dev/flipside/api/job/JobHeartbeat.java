package dev.flipside.api.job;

import dev.flipside.api.campaign.store.JobStore;
import dev.flipside.api.campaign.store.database.StoreException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Reports the progress of a job to the store every second, even while one image takes longer, and
 * detects cancellation.
 */
final class JobHeartbeat implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(JobHeartbeat.class);

  /** Progress of the job. */
  private record Standing(long done, long total, String note) {}

  private final JobStore jobs;
  private final String job;
  private final String worker;
  private final BooleanSupplier stopping;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "flipside-pulse");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Standing standing = new Standing(0, 0, "");
  private volatile boolean cancelled;

  private JobHeartbeat(JobStore jobs, String job, String worker, BooleanSupplier stopping) {
    this.jobs = jobs;
    this.job = job;
    this.worker = worker;
    this.stopping = stopping;
  }

  /** Starts the heartbeat. The caller closes it. */
  @SuppressWarnings("FutureReturnValueIgnored") // ends with the executor
  static JobHeartbeat start(JobStore jobs, String job, String worker, BooleanSupplier stopping) {
    JobHeartbeat pulse = new JobHeartbeat(jobs, job, worker, stopping);
    pulse.clock.scheduleWithFixedDelay(pulse::tell, 1, 1, TimeUnit.SECONDS);
    return pulse;
  }

  /** Sets the progress to report at the next heartbeat. */
  void at(long done, long total, String note) {
    standing = new Standing(done, total, note);
  }

  /**
   * Checks whether the job should continue.
   *
   * @throws CancellationException if the job was cancelled or taken by another worker, or the
   *     service is stopping
   */
  void check() {
    if (cancelled || stopping.getAsBoolean()) {
      throw new CancellationException("the job is to stop");
    }
  }

  private void tell() {
    Standing now = standing;
    try {
      if (!jobs.advance(job, worker, now.done(), now.total(), now.note())) {
        cancelled = true;
      }
    } catch (StoreException e) {
      // Retried at the next heartbeat; after a long outage another worker takes over.
      LOG.warnf("job %s: %s", job, e.getMessage());
    }
  }

  /** Reports the final progress and stops the heartbeat. */
  @Override
  public void close() {
    clock.shutdown();
    tell();
  }
}
