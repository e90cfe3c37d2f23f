package dev.flipside.api.campaign;

import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.job.JobView;
import dev.flipside.api.job.ScoringJobRequest;
import dev.flipside.api.job.ScoringJobs;
import dev.flipside.api.model.InferenceSettings;
import dev.flipside.api.model.Models;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.models.registry.ModelEntry;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** REST resource for scorings of a campaign. */
@Path("/api/campaigns/{id}/scorings")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Jobs")
public class ScoringResource {
  private final CampaignLookup campaigns;
  private final Models models;
  private final InferenceSettings inference;
  private final ScoringJobs jobs;

  @Inject
  ScoringResource(
      CampaignLookup campaigns, Models models, InferenceSettings inference, ScoringJobs jobs) {
    this.campaigns = campaigns;
    this.models = models;
    this.inference = inference;
    this.jobs = jobs;
  }

  /**
   * Request to score the pool.
   *
   * @param model id or path of a model
   * @param strategy acquisition function
   */
  @Schema(name = "ScoringRequest")
  public record ScoringRequest(
      @Schema(
              description =
                  "ID of a registered model, or path of an ONNX file below a root."
                      + " Default: the active model.",
              examples = "models/round-2.onnx")
          @Size(max = 4096)
          @Nullable String model,
      @Schema(
              description = "Acquisition function. Default: that of the campaign.",
              examples = "flip-entropy")
          @Size(max = 100)
          @Nullable String strategy) {}

  /** Starts a scoring. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Score the pool",
      description =
          "Runs in the background. Until it finishes, selections use the last finished"
              + " scoring. Images already scored by this model and strategy are skipped. Resumes"
              + " after a restart of the service.")
  @APIResponse(
      responseCode = "202",
      description = "The job.",
      content = @Content(schema = @Schema(implementation = JobView.class)))
  public RestResponse<JobView> score(String id, @Valid @Nullable ScoringRequest request) {
    Campaign campaign = campaigns.get(id);
    if (campaign.closed() != null) {
      throw ApiProblem.of(
          ProblemType.CAMPAIGN_CLOSED,
          "campaign \"" + id + "\": was closed; make a new one over the same pool");
    }
    String named = request == null ? null : request.model();
    String asked = request == null ? null : request.strategy();
    ModelEntry model = named == null ? models.requireActive() : models.named(named);
    models.requireClasses(model, campaign.plan().classes());
    String strategy =
        asked == null ? campaign.plan().strategy() : inference.acquisition(asked).name();
    JobView view = JobView.of(jobs.submit(id, new ScoringJobRequest(model.id(), strategy)));
    return RestResponse.ResponseBuilder.create(RestResponse.Status.ACCEPTED, view)
        .header(HttpHeaders.LOCATION, String.valueOf(view.links().get("self")))
        .build();
  }
}
