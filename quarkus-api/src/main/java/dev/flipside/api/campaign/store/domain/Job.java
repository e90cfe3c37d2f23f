package dev.flipside.api.campaign.store.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A long piece of work: it is noted before it begins, and goes on after a restart.
 *
 * @param id names the job
 * @param kind what is done, for instance {@code scoring}
 * @param campaign id of the campaign that it works on, if any
 * @param request what was asked for, as its kind writes it
 * @param state where it stands
 * @param done units done
 * @param total units in all; 0 while it is not known
 * @param note what people want to read beside it
 * @param cancelRequested whether somebody asked it to stop
 * @param outcome the result of a job that is done, the error of one that failed
 * @param created when it was asked for
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
  /** Where a job stands. */
  public enum State {
    /** Waits for a worker. */
    QUEUED,
    /** A worker has it; another one takes over when that one falls silent. */
    RUNNING,
    /** Ended well. */
    DONE,
    /** Ended with an error. */
    FAILED,
    /** Stopped because somebody asked. */
    CANCELLED;

    /** Whether nothing more will happen. */
    public boolean ended() {
      return this == DONE || this == FAILED || this == CANCELLED;
    }
  }
}
