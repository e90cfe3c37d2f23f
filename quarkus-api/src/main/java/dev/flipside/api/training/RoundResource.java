package dev.flipside.api.training;

import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.CampaignLookup;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.TrainingStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.Round;
import dev.flipside.api.config.DataFolder;
import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.model.ModelView;
import dev.flipside.api.model.Models;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.api.upload.Upload;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** REST resource for the rounds of training of a campaign. Agents write them, people read them. */
@Path("/api/campaigns/{id}/rounds")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Training", description = "Training rounds of a campaign, and the labels to train on.")
public class RoundResource {
  private static final long USUAL_LEASE_SECONDS = 60;
  private static final long LONGEST_LEASE_SECONDS = 3600;

  private final TrainingStore store;
  private final CampaignLookup campaigns;
  private final Models models;
  private final DataFolder data;
  private final FlipsideConfig.Limits limits;
  private final Clock clock = Clock.systemUTC();

  @Inject
  RoundResource(
      CampaignStore store,
      CampaignLookup campaigns,
      Models models,
      DataFolder data,
      FlipsideConfig config) {
    this.store = store.training();
    this.campaigns = campaigns;
    this.models = models;
    this.data = data;
    this.limits = config.limits();
  }

  /**
   * Request to begin a round.
   *
   * @param agent name of the agent
   * @param leaseSeconds time in which the next report is due
   */
  @Schema(name = "RoundRequest", description = "Request to begin a training round.")
  public record RoundRequest(
      @Schema(
              description = "Name of the agent, which stays the same after a restart.",
              examples = "agent-1c9d",
              required = true)
          @NotBlank
          @Size(max = 100)
          String agent,
      @Schema(description = "Time in which the next report is due.", examples = "60")
          @Min(1)
          @Max(LONGEST_LEASE_SECONDS)
          @Nullable Long leaseSeconds) {}

  /**
   * Report of an agent.
   *
   * @param agent name of the agent
   * @param leaseSeconds time in which the next report is due
   * @param state RUNNING, DONE or FAILED
   * @param training what there is to report; replaces the last report
   */
  @Schema(name = "RoundReport", description = "Report of an agent about the round that it holds.")
  public record RoundReport(
      @Schema(examples = "agent-1c9d", required = true) @NotBlank @Size(max = 100) String agent,
      @Schema(description = "Time in which the next report is due.", examples = "60")
          @Min(1)
          @Max(LONGEST_LEASE_SECONDS)
          @Nullable Long leaseSeconds,
      @Schema(description = "RUNNING until the round ends.", required = true) @NotNull
          Round.State state,
      @Schema(required = true) @NotNull @Valid Training training) {}

  /** Begins a round. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Begin a training round",
      description =
          "Only one agent trains on a campaign at a time. If the agent already holds the running"
              + " round, it continues it. If another agent held it but stopped reporting and its"
              + " lease has ended, the agent takes over the round. Otherwise the response is 409.")
  @APIResponse(
      responseCode = "201",
      description = "The round that the agent now holds.",
      content = @Content(schema = @Schema(implementation = RoundView.class)))
  public RestResponse<RoundView> begin(String id, @NotNull @Valid RoundRequest request) {
    Campaign campaign = campaigns.get(id);
    if (campaign.closed() != null) {
      throw ApiProblem.of(
          ProblemType.CAMPAIGN_CLOSED,
          "campaign \"" + id + "\": was closed; make a new one over the same pool");
    }
    RoundView view =
        view(
            store.begin(
                id, request.agent(), Training.NONE.toJson(), lease(request.leaseSeconds())));
    return RestResponse.ResponseBuilder.<RoundView>created(
            URI.create(String.valueOf(view.links().get("self"))))
        .entity(view)
        .build();
  }

  /** Returns all rounds. */
  @GET
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "List the training rounds", description = "Oldest first.")
  public RoundView.RoundList list(String id) {
    return new RoundView.RoundList(
        store.list(campaigns.get(id).id()).stream().map(this::view).toList());
  }

  /** Returns a round. */
  @GET
  @Path("{number}")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "Show a training round")
  public RoundView show(String id, String number) {
    return view(store.get(campaigns.get(id).id(), round(number)));
  }

  /** Stores a report. */
  @PUT
  @Path("{number}")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Report on a training round",
      description =
          "Replaces the last report and renews the lease of the agent. If the round has ended or"
              + " another agent has taken it over, the response is 409 and nothing changes.")
  public RoundView report(String id, String number, @NotNull @Valid RoundReport report) {
    return view(
        store.report(
            campaigns.get(id).id(),
            round(number),
            report.agent(),
            report.state(),
            report.training().toJson(),
            lease(report.leaseSeconds())));
  }

  /** Registers the model of a round. */
  @PUT
  @Path("{number}/model")
  @Consumes({MediaType.APPLICATION_OCTET_STREAM, "application/onnx"})
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Register the model of a round",
      description =
          "The body is an ONNX file with the model card in its metadata, for the classes of the"
              + " campaign. The agent must hold the round. The model is not activated; to use it"
              + " for selections, score the pool with it (POST …/scorings).")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public ModelView model(
      String id,
      String number,
      @Parameter(description = "Name of the agent that holds the round.", required = true)
          @QueryParam("agent")
          @NotBlank
          String agent,
      InputStream body)
      throws IOException {
    Campaign campaign = campaigns.get(id);
    store.requireHeld(id, round(number), agent);
    try (Upload upload = Upload.receive(body, data.uploads(), ".onnx", limits.model())) {
      return models.uploadFor(upload.file(), campaign.plan().classes());
    }
  }

  private static int round(String number) {
    if (!number.matches("\\d{1,9}")) {
      throw ApiProblem.notFound(
          "round", number, "GET /api/campaigns/ID/rounds lists all rounds of a campaign.");
    }
    return Integer.parseInt(number);
  }

  private RoundView view(Round round) {
    return RoundView.of(round, clock.instant());
  }

  private static Duration lease(@Nullable Long seconds) {
    return Duration.ofSeconds(seconds == null ? USUAL_LEASE_SECONDS : seconds);
  }
}
