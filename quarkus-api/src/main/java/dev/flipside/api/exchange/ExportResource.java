package dev.flipside.api.exchange;

import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.Campaigns;
import dev.flipside.api.config.DataFolder;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.Problem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.scorer.campaign.Campaign;
import dev.flipside.scorer.campaign.CampaignLedger;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The labelled set of a campaign. */
@Path("/api/campaigns/{id}/export")
@Tag(name = "Exchange", description = "The labelled set in the forms that other programs read.")
@APIResponse(
    responseCode = "default",
    description = "The request was refused or failed.",
    content =
        @Content(
            mediaType = "application/problem+json",
            schema = @Schema(implementation = Problem.class)))
public class ExportResource {
  private final CampaignLedger ledger;
  private final Campaigns campaigns;
  private final DataFolder data;

  @Inject
  ExportResource(CampaignLedger ledger, Campaigns campaigns, DataFolder data) {
    this.ledger = ledger;
    this.campaigns = campaigns;
    this.data = data;
  }

  /** All labels. */
  @GET
  @Produces({"application/zip", MediaType.APPLICATION_JSON})
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Fetch the labelled set",
      description =
          "masks: a ZIP of classes.json and one PNG of class ids for each image, the ignore index"
              + " where nothing is labelled, for training. coco: COCO JSON with one run-length"
              + " coded annotation for each class of an image.")
  public Response export(
      String id,
      @Parameter(schema = @Schema(enumeration = {"masks", "coco"}))
          @QueryParam("format")
          @DefaultValue("masks")
          String format) {
    Campaign campaign = campaigns.get(id);
    return switch (format) {
      case "masks" ->
          file("application/zip", id + "-masks.zip", out -> MasksZip.write(ledger, campaign, out));
      case "coco" ->
          file(
              MediaType.APPLICATION_JSON,
              id + "-coco.json",
              out -> CocoJson.write(ledger, campaign, out, data.uploads()));
      default ->
          throw ApiProblem.of(
              ProblemType.BAD_REQUEST, "format \"" + format + "\": expected masks or coco");
    };
  }

  private static Response file(String type, String name, StreamingOutput content) {
    return Response.ok(content, type)
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
        .build();
  }
}
