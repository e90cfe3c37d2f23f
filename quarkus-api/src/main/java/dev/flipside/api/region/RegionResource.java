package dev.flipside.api.region;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.CampaignLookup;
import dev.flipside.api.campaign.CurrentAnnotator;
import dev.flipside.api.campaign.RegionPathSegment;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.RegionState;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.models.domain.RegionId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** REST resource for a region: state, skip and reopen. */
@Path("/api/campaigns/{id}/regions/{rid}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Regions", description = "Labels and state of regions.")
public class RegionResource {
  private final CampaignStore store;
  private final CampaignLookup campaigns;
  private final CurrentAnnotator annotators;

  @Inject
  RegionResource(CampaignStore store, CampaignLookup campaigns, CurrentAnnotator annotators) {
    this.store = store;
    this.campaigns = campaigns;
    this.annotators = annotators;
  }

  /**
   * State of a region in the API.
   *
   * @param id id in URLs
   * @param image id of the image
   * @param row row in the grid
   * @param col column in the grid
   * @param state UNLABELLED, LEASED, LABELLED or SKIPPED
   * @param annotator current or last annotator
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "Region")
  public record RegionStateView(
      String id, String image, int row, int col, RegionState state, @Nullable String annotator) {
    static RegionStateView of(RegionStatus status) {
      RegionId id = status.id();
      return new RegionStateView(
          RegionPathSegment.of(id),
          id.image(),
          id.row(),
          id.col(),
          status.state(),
          status.annotator());
    }
  }

  /** Returns the state of a region. */
  @GET
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "Show the state of a region")
  public RegionStateView show(String id, String rid) {
    return RegionStateView.of(store.region(campaigns.get(id).id(), RegionPathSegment.parse(rid)));
  }

  /** Skips a region permanently. */
  @POST
  @Path("skip")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Skip a region permanently",
      description = "It is never leased again and does not count against the budget.")
  public RegionStateView skip(
      String id, String rid, @QueryParam("selection") @Nullable String selection) {
    campaigns.plan(id);
    RegionId region = RegionPathSegment.parse(rid);
    LeaseChoice choice = new LeaseChoice(id, region, selection, annotators.of(null));
    return store.inRegion(
        id,
        region,
        held -> {
          held.skip(choice.find(held));
          return RegionStateView.of(held.status());
        });
  }

  /** Makes a region free again. */
  @POST
  @Path("reopen")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Reopen a region",
      description =
          "A labeled or skipped region becomes free again. Its label is no longer trained on or"
              + " exported, but stays in the history of the region.")
  public RegionStateView reopen(String id, String rid, @Valid @Nullable Review review) {
    campaigns.plan(id);
    String actor = annotators.of(null);
    String comment = review == null ? null : review.said();
    return store.inRegion(
        id,
        RegionPathSegment.parse(rid),
        held -> {
          held.reopen(actor, comment);
          return RegionStateView.of(held.status());
        });
  }
}
