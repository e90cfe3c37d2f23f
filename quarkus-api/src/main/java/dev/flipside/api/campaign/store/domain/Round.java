package dev.flipside.api.campaign.store.domain;

import java.time.Instant;

/**
 * A round of training on the labels of a campaign.
 *
 * @param campaign id of the campaign
 * @param number number of the round in the campaign, from 1
 * @param agent agent that trains
 * @param state current state
 * @param training what the agent reported last, in a format that the store does not know
 * @param started time when the agent began, or took the round over
 * @param reported time of the last report
 * @param expires time when another agent may take the round over, unless this one reports before
 */
public record Round(
    String campaign,
    int number,
    String agent,
    State state,
    String training,
    Instant started,
    Instant reported,
    Instant expires) {
  /** State of a round. */
  public enum State {
    /** An agent trains; if it stops reporting, another one may take over. */
    RUNNING,
    /** The model is trained. */
    DONE,
    /** Ended with an error. */
    FAILED
  }
}
