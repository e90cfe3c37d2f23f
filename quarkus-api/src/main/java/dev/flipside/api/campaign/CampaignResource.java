package dev.flipside.api.campaign;

import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.store.CampaignStore;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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

/** REST resource for campaigns. */
@Path("/api/campaigns")
@Produces(MediaType.APPLICATION_JSON)
@Tag(
    name = "Campaigns",
    description = "A pool with a grid of regions, a class map, a budget and its progress.")
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

  /** Creates a campaign. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Create a campaign",
      description =
          "Registers the images of the pool. If the request names a model, scoring starts in the"
              + " background; \"scoring\" in the response is the job. Without a model, the first"
              + " regions are spread over the pool.")
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

  /** Returns all campaigns. */
  @GET
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "List all campaigns", description = "Oldest first.")
  public CampaignView.CampaignList list() {
    return new CampaignView.CampaignList(store.list().stream().map(views::of).toList());
  }

  /** Returns a campaign. */
  @GET
  @Path("{id}")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "Show a campaign")
  public CampaignView show(String id) {
    return views.of(campaigns.get(id));
  }

  /** Returns the progress of a campaign. */
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
          "A closed campaign grants no new selections, but still accepts labels for"
              + " leased regions. Idempotent.")
  public CampaignView close(String id) {
    campaigns.get(id);
    return views.of(store.close(id));
  }

  /** Deletes a campaign. */
  @DELETE
  @Path("{id}")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Delete a campaign",
      description =
          "Closes the campaign, then deletes it with its scores, labels, history and rounds."
              + " Images and registered models are kept. If an agent trains on the campaign or a"
              + " job works on it, the response is 409 and nothing changes. If the deletion is"
              + " interrupted, the campaign is still listed; delete it again.")
  @APIResponse(responseCode = "204", description = "Deleted.")
  public void delete(String id) {
    store.removal().delete(campaigns.get(id).id());
    campaigns.forget(id);
  }
}
