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
 * Tells the ledger every second how far a job is and that its worker lives, however long one image
 * takes, and learns there whether to go on.
 */
final class JobHeartbeat implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(JobHeartbeat.class);

  /** How far the job is. */
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

  /** Starts telling; whoever starts it closes it. */
  @SuppressWarnings("FutureReturnValueIgnored") // ends with the executor
  static JobHeartbeat start(JobStore jobs, String job, String worker, BooleanSupplier stopping) {
    JobHeartbeat pulse = new JobHeartbeat(jobs, job, worker, stopping);
    pulse.clock.scheduleWithFixedDelay(pulse::tell, 1, 1, TimeUnit.SECONDS);
    return pulse;
  }

  /** Notes how far the job is, to be told at the next beat. */
  void at(long done, long total, String note) {
    standing = new Standing(done, total, note);
  }

  /**
   * Returns while the job is to go on.
   *
   * @throws CancellationException if it was cancelled, taken by another worker, or the service
   *     stops
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
      // The next beat tries again; after a long silence another worker takes over.
      LOG.warnf("job %s: %s", job, e.getMessage());
    }
  }

  /** Tells a last time, so that a job that ends shows all it did. */
  @Override
  public void close() {
    clock.shutdown();
    tell();
  }
}
