package dev.flipside.api.campaign;

import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.problem.Problem;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** CampaignLookup: made, listed, shown, closed. */
@Path("/api/campaigns")
@Produces(MediaType.APPLICATION_JSON)
@Tag(
    name = "CampaignLookup",
    description = "A pool with a grid of regions, a class map, a budget and its progress.")
@APIResponse(
    responseCode = "default",
    description = "The request was refused or failed.",
    content =
        @Content(
            mediaType = "application/problem+json",
            schema = @Schema(implementation = Problem.class)))
public class CampaignResource {
  private final CampaignStore store;
  private final CampaignLookup campaigns;
  private final CampaignFactory newCampaigns;
  private final CampaignMapper views;

  @Inject
  CampaignResource(
      CampaignStore store,
      CampaignLookup campaigns,
      CampaignFactory newCampaigns,
      CampaignMapper views) {
    this.store = store;
    this.campaigns = campaigns;
    this.newCampaigns = newCampaigns;
    this.views = views;
  }

  /** Makes a campaign. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Create a campaign",
      description =
          "Lists the images of the pool and, where a model is named, starts to score them in the"
              + " background; the answer's \"scoring\" is that job.")
  @APIResponse(
      responseCode = "201",
      description = "The campaign.",
      content = @Content(schema = @Schema(implementation = CampaignView.class)))
  public RestResponse<CampaignView> create(@NotNull @Valid CampaignRequest request) {
    CampaignView view = views.of(newCampaigns.create(request));
    return RestResponse.ResponseBuilder.<CampaignView>created(
            URI.create("/api/campaigns/" + view.id()))
        .entity(view)
        .build();
  }

  /** All campaigns. */
  @GET
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "List all campaigns", description = "Oldest first.")
  public CampaignView.CampaignList list() {
    return new CampaignView.CampaignList(store.list().stream().map(views::of).toList());
  }

  /** One campaign. */
  @GET
  @Path("{id}")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "Show a campaign")
  public CampaignView show(String id) {
    return views.of(campaigns.get(id));
  }

  /** How far a campaign is. */
  @GET
  @Path("{id}/progress")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "Show the progress of a campaign")
  public ProgressView progress(String id) {
    return views.progress(campaigns.get(id).id());
  }

  /** Closes a campaign. */
  @POST
  @Path("{id}/close")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Close a campaign",
      description =
          "It hands out nothing any more; labels for regions that annotators still have are"
              + " taken. Closing it again changes nothing.")
  public CampaignView close(String id) {
    campaigns.get(id);
    return views.of(store.close(id));
  }
}
