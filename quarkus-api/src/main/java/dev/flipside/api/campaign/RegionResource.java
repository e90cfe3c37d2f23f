package dev.flipside.api.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.RegionTransaction;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.campaign.store.domain.RegionState;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.RegionId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
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
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** REST resource for a region: state, label and skip. */
@Path("/api/campaigns/{id}/regions/{rid}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Regions", description = "Labels and state of regions.")
public class RegionResource {
  private final CampaignStore store;
  private final CampaignLookup campaigns;
  private final RegionLabelReader intake;
  private final CurrentAnnotator annotators;

  @Inject
  RegionResource(
      CampaignStore store,
      CampaignLookup campaigns,
      RegionLabelReader intake,
      CurrentAnnotator annotators) {
    this.store = store;
    this.campaigns = campaigns;
    this.intake = intake;
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
          RegionToken.of(id), id.image(), id.row(), id.col(), status.state(), status.annotator());
    }
  }

  /** Returns the state of a region. */
  @GET
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "Show the state of a region")
  public RegionStateView show(String id, String rid) {
    return RegionStateView.of(store.region(campaigns.get(id).id(), RegionToken.parse(rid)));
  }

  /** Stores a label. */
  @PUT
  @Path("label")
  @Consumes({"image/png", MediaType.APPLICATION_OCTET_STREAM})
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Label a region",
      description =
          "The body is a PNG with one channel or a palette. Pixel values are class IDs or"
              + " the ignore index. The size is that of the region or of its image. The label is"
              + " on disk when the response is sent. JPEG is rejected, and so is a label in"
              + " which all pixels are ignored; skip the region instead. If the caller does not"
              + " hold the region, or it is already labeled or skipped, the response is 409 with"
              + " the state of the region, and nothing changes.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = "image/png",
              schema =
                  @Schema(
                      type = org.eclipse.microprofile.openapi.annotations.enums.SchemaType.STRING,
                      format = "binary")))
  public RegionStateView label(
      String id,
      String rid,
      @Parameter(
              description = "Selection that contains the region; part of the links in a selection.")
          @QueryParam("selection")
          @Nullable String selection,
      InputStream body)
      throws IOException {
    CampaignPlan plan = campaigns.plan(id);
    RegionId region = RegionToken.parse(rid);
    LeaseChoice choice = new LeaseChoice(id, region, selection, annotators.of(null));
    try (RegionLabelReader.DecodedLabel label = read(body, plan.classes(), choice)) {
      return store.inRegion(
          id,
          region,
          held -> {
            String lease = choice.findListing(held);
            held.label(
                lease,
                RegionLabelReader.fit(
                    label.map(), held.rectangle(), held.imageSize(), plan.classes()));
            return RegionStateView.of(held.status());
          });
    }
  }

  /** If the caller does not hold the region, that error takes precedence over an invalid body. */
  private RegionLabelReader.DecodedLabel read(
      InputStream body, ClassMap classes, LeaseChoice choice) throws IOException {
    try {
      return intake.read(body, classes);
    } catch (ApiProblem | FlipsideException unusable) {
      store.inRegion(choice.campaign(), choice.region(), choice::findListing);
      throw unusable;
    }
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
    RegionId region = RegionToken.parse(rid);
    LeaseChoice choice = new LeaseChoice(id, region, selection, annotators.of(null));
    return store.inRegion(
        id,
        region,
        held -> {
          held.skip(choice.find(held));
          return RegionStateView.of(held.status());
        });
  }

  /**
   * Determines the lease for a label or skip: the selection named in the request, or else the lease
   * that holds the region.
   */
  private record LeaseChoice(
      String campaign, RegionId region, @Nullable String selection, String caller) {
    /**
     * Returns the id of the lease.
     *
     * @throws ApiProblem if there is no such selection, or the caller does not hold the region
     */
    String find(RegionTransaction held) {
      String lease = selection == null ? own(held.status()) : selection;
      if (!held.knowsLease(lease)) {
        throw CampaignLookup.noSelection(campaign, lease);
      }
      return lease;
    }

    /**
     * Returns the id of the lease after checking that it was granted for the region.
     *
     * @throws ApiProblem as {@link #find}, or if the lease was granted for other regions
     */
    String findListing(RegionTransaction held) {
      String lease = find(held);
      if (!held.isListedBy(lease)) {
        throw ApiProblem.of(
            ProblemType.REGION_STATE, region + ": selection " + lease + " does not hold it");
      }
      return lease;
    }

    private String own(RegionStatus status) {
      String lease = status.lease();
      boolean foreign = status.state() == RegionState.LEASED && !caller.equals(status.annotator());
      if (lease == null || foreign) {
        throw ApiProblem.of(
                ProblemType.REGION_STATE,
                region
                    + ": is "
                    + (lease == null
                        ? "in nobody's hands; take it with a selection first"
                        : "with " + status.annotator() + "; name the selection if it is yours"))
            .with("state", status.state().name().toLowerCase(Locale.ROOT));
      }
      return lease;
    }
  }
}
