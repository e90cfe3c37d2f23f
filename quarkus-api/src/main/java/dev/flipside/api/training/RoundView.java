package dev.flipside.api.training;

import dev.flipside.api.campaign.store.domain.Round;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A round of training in the API.
 *
 * @param number number in the campaign, from 1
 * @param agent agent that trains
 * @param state running, interrupted, done or failed
 * @param started time when the agent began, or took the round over
 * @param reported time of the last report
 * @param expires time when another agent may take a running round over
 * @param training what the agent reported last
 * @param links links to related resources
 */
@Schema(name = "Round", description = "A training round on the labels of a campaign.")
public record RoundView(
    @Schema(description = "Number of the round in the campaign, starting at 1.", examples = "3")
        int number,
    @Schema(examples = "agent-1c9d") String agent,
    @Schema(
            description =
                "running; interrupted (the agent stopped reporting; it or another one may"
                    + " continue); done; or failed.",
            examples = "running")
        String state,
    Instant started,
    @Schema(description = "Time of the last report.") Instant reported,
    @Schema(description = "Time after which another agent may take over a running round.")
        Instant expires,
    Training training,
    Map<String, String> links) {

  /**
   * List of rounds.
   *
   * @param rounds rounds, oldest first
   */
  @Schema(name = "RoundList")
  public record RoundList(List<RoundView> rounds) {}

  static RoundView of(Round round, Instant now) {
    boolean interrupted = round.state() == Round.State.RUNNING && round.expires().isBefore(now);
    String campaign = "/api/campaigns/" + round.campaign();
    String self = campaign + "/rounds/" + round.number();
    return new RoundView(
        round.number(),
        round.agent(),
        interrupted ? "interrupted" : round.state().name().toLowerCase(Locale.ROOT),
        round.started(),
        round.reported(),
        round.expires(),
        Training.fromJson(round.training()),
        Map.of("self", self, "model", self + "/model", "campaign", campaign));
  }
}
