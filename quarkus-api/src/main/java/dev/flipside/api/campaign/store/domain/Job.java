package dev.flipside.api.campaign.store.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A background job. Jobs are stored before they start and resume after a restart.
 *
 * @param id id of the job
 * @param kind kind of the job, for example {@code scoring}
 * @param campaign id of the campaign, null if none
 * @param request parameters, in a format defined by the kind
 * @param state current state
 * @param done completed units
 * @param total total units, 0 while unknown
 * @param note progress note for display
 * @param cancelRequested whether cancellation was requested
 * @param outcome result of a completed job or error of a failed one
 * @param created time of creation
 */
public record Job(
    String id,
    String kind,
    @Nullable String campaign,
    String request,
    State state,
    long done,
    long total,
    String note,
    boolean cancelRequested,
    @Nullable String outcome,
    Instant created) {
  /** State of a job. */
  public enum State {
    /** Waits for a worker. */
    QUEUED,
    /** Assigned to a worker; reassigned if its heartbeat stops. */
    RUNNING,
    /** Completed. */
    DONE,
    /** Ended with an error. */
    FAILED,
    /** Stopped on request. */
    CANCELLED;

    /** Returns whether the state is final. */
    public boolean ended() {
      return this == DONE || this == FAILED || this == CANCELLED;
    }
  }
}
