package dev.flipside.api.job;

import dev.flipside.api.campaign.store.JobStore;
import dev.flipside.api.campaign.store.database.StoreException;
import dev.flipside.scorer.inference.RunControl;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Reports the progress of a job to the store every second, even while one image takes longer, and
 * ends the runs of its model when the job was cancelled or taken by another worker.
 */
final class JobHeartbeat implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(JobHeartbeat.class);

  /** Progress of the job. */
  private record Standing(long done, long total, String note) {}

  private final JobStore jobs;
  private final String job;
  private final String worker;
  private final RunControl runs;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "flipside-pulse");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Standing standing = new Standing(0, 0, "");

  private JobHeartbeat(JobStore jobs, String job, String worker, RunControl runs) {
    this.jobs = jobs;
    this.job = job;
    this.worker = worker;
    this.runs = runs;
  }

  /** Starts the heartbeat. The caller closes it. */
  @SuppressWarnings("FutureReturnValueIgnored") // ends with the executor
  static JobHeartbeat start(JobStore jobs, String job, String worker, RunControl runs) {
    JobHeartbeat pulse = new JobHeartbeat(jobs, job, worker, runs);
    pulse.clock.scheduleWithFixedDelay(pulse::tell, 1, 1, TimeUnit.SECONDS);
    return pulse;
  }

  /** Sets the progress to report at the next heartbeat. */
  void at(long done, long total, String note) {
    standing = new Standing(done, total, note);
  }

  private void tell() {
    Standing now = standing;
    try {
      if (!jobs.advance(job, worker, now.done(), now.total(), now.note())) {
        runs.end();
      }
    } catch (StoreException e) {
      // Retried at the next heartbeat; after a long outage another worker takes over.
      LOG.warnf("job %s: %s", job, e.getMessage());
    } catch (RuntimeException | Error e) {
      // An exception would end the heartbeats.
      LOG.errorf(e, "job %s: its progress cannot be reported", job);
    }
  }

  /** Reports the final progress and stops the heartbeat. */
  @Override
  public void close() {
    clock.shutdown();
    tell();
  }
}
