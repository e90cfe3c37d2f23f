package dev.flipside.api.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.api.campaign.store.domain.Job;
import dev.flipside.scorer.scores.ImageFailure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A scoring job in the API.
 *
 * @param id id of the job
 * @param campaign id of the campaign
 * @param model id of the model
 * @param strategy acquisition function
 * @param state QUEUED, RUNNING, DONE, FAILED or CANCELLED
 * @param done completed images
 * @param total total images
 * @param note rate and remaining time while the job runs
 * @param failedImages number of images that could not be scored
 * @param failures first failed images with reasons
 * @param error reason why the job failed
 * @param created time of creation
 * @param links links to related resources
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Job", description = "Scoring of a pool in the background.")
public record JobView(
    @Schema(examples = "k7wq2m9tzxvd") String id,
    String campaign,
    @Schema(examples = "sha256:9f86d081884c7d65") String model,
    @Schema(examples = "flip-entropy") String strategy,
    Job.State state,
    @Schema(examples = "120") long done,
    @Schema(examples = "367") long total,
    @Schema(examples = "4.1 images/s, 1 min left") String note,
    @Schema(description = "Number of images that could not be scored; known when the job is done.")
        @Nullable Long failedImages,
    @Nullable List<ImageFailure> failures,
    @Schema(description = "Reason why the job failed.") @Nullable String error,
    Instant created,
    Map<String, String> links) {

  /** Converts a stored job. */
  public static JobView of(Job job) {
    ScoringJobRequest order = ScoringJobRequest.fromJson(job.request());
    String outcome = job.outcome();
    boolean done = job.state() == Job.State.DONE;
    ScoringJobResult scored = done && outcome != null ? ScoringJobResult.fromJson(outcome) : null;
    String self = "/api/jobs/" + job.id();
    return new JobView(
        job.id(),
        String.valueOf(job.campaign()),
        order.model(),
        order.strategy(),
        job.state(),
        job.done(),
        job.total(),
        job.state() == Job.State.RUNNING ? job.note() : "",
        scored == null ? null : scored.failed(),
        scored == null || scored.failures().isEmpty() ? null : scored.failures(),
        job.state() == Job.State.FAILED ? outcome : null,
        job.created(),
        Map.of(
            "self", self,
            "events", self + "/events",
            "campaign", "/api/campaigns/" + job.campaign()));
  }
}
