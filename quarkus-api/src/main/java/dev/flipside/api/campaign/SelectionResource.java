package dev.flipside.api.campaign;

import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.problem.Problem;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** REST resource for selections: leases of the best regions. */
@Path("/api/campaigns/{id}/selections")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Selections", description = "The best free regions, leased to one annotator.")
public class SelectionResource {
  private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait=(\\d{1,6})\\b");

  private final CampaignStore store;
  private final CampaignLookup campaigns;
  private final Selections selections;
  private final CampaignMapper views;
  private final CurrentAnnotator annotators;

  @Inject
  SelectionResource(
      CampaignStore store,
      CampaignLookup campaigns,
      Selections selections,
      CampaignMapper views,
      CurrentAnnotator annotators) {
    this.store = store;
    this.campaigns = campaigns;
    this.selections = selections;
    this.views = views;
    this.annotators = annotators;
  }

  /**
   * Request to extend a lease.
   *
   * @param leaseSeconds duration in seconds from now
   */
  @Schema(name = "RenewalRequest")
  public record Renewal(
      @Schema(description = "Duration from now in seconds.", examples = "1800") @Min(1)
          @Nullable Long leaseSeconds) {}

  /** Leases the best free regions. */
  @POST
  @Blocking
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Lease the K best free regions",
      description =
          "Regions are ordered by score over the whole pool, highest first, and leased"
              + " exclusively to the annotator. During the first scoring of a campaign, the"
              + " request waits for it to finish (flipside.selection.wait, 20 s by default;"
              + " override with the header \"Prefer: wait=SECONDS\"). If it does not finish in"
              + " time, the response is 409 with \"retryAfterSeconds\" and the scoring \"job\"."
              + " During a later scoring, selections use the last finished scoring and do not"
              + " wait. If no regions are left or the budget is spent, \"regions\" is short or"
              + " empty and \"shortfall\" gives the reason.")
  @APIResponse(
      responseCode = "201",
      description = "The regions.",
      content = @Content(schema = @Schema(implementation = SelectionView.class)))
  @APIResponse(
      responseCode = "200",
      description = "No region can be leased; \"shortfall\" gives the reason.",
      content = @Content(schema = @Schema(implementation = SelectionView.class)))
  @APIResponse(
      responseCode = "409",
      description = "The campaign is not scored yet or is closed.",
      content =
          @Content(
              mediaType = "application/problem+json",
              schema = @Schema(implementation = Problem.class)))
  public Uni<RestResponse<SelectionView>> take(
      String id,
      @NotNull @Valid SelectionRequest request,
      @Parameter(
              description =
                  "Repeating a request with the same key and body returns the same selection.")
          @HeaderParam("Idempotency-Key")
          @Size(min = 1, max = 200)
          @Nullable String idempotencyKey,
      @Parameter(description = "wait=SECONDS: maximum time to wait for scores (RFC 7240).")
          @HeaderParam("Prefer")
          @Nullable String prefer) {
    return selections
        .take(id, request, annotators.of(request.annotator()), idempotencyKey, wait(prefer))
        .map(this::answer);
  }

  private RestResponse<SelectionView> answer(Lease lease) {
    SelectionView view = views.of(lease);
    return lease.regions().isEmpty()
        ? RestResponse.ok(view)
        : RestResponse.ResponseBuilder.<SelectionView>created(
                URI.create(String.valueOf(view.links().get("self"))))
            .entity(view)
            .build();
  }

  /**
   * Open selections of an annotator.
   *
   * @param selections selections, oldest first
   */
  @Schema(name = "SelectionList")
  public record SelectionList(List<SelectionView> selections) {}

  /** Returns the open selections of an annotator. */
  @GET
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "List the open selections of an annotator",
      description =
          "Oldest first. A region whose label was sent back is a selection of its own, with the"
              + " strategy \"sent-back\"; the comment is in the history of the region.")
  public SelectionList list(
      String id,
      @Parameter(description = "Name of the annotator; default: the name of the API key.")
          @QueryParam("annotator")
          @Nullable String annotator) {
    return new SelectionList(
        store.openLeases(campaigns.get(id).id(), annotators.of(annotator)).stream()
            .map(views::of)
            .toList());
  }

  /** Returns a selection. */
  @GET
  @Path("{sid}")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "Show a selection", description = "Also works after the lease has ended.")
  public SelectionView show(String id, String sid) {
    return views.of(campaigns.selection(id, sid));
  }

  /** Extends a lease. */
  @POST
  @Path("{sid}/renew")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Extend the lease of a selection",
      description =
          "The lease ends the given number of seconds from now. If it has already"
              + " ended, the response is 409.")
  public SelectionView renew(String id, String sid, @Valid @Nullable Renewal renewal) {
    Lease lease = campaigns.selection(id, sid);
    Long seconds = renewal == null ? null : renewal.leaseSeconds();
    return views.of(
        selections.renew(
            lease, seconds == null ? selections.usualLease() : Duration.ofSeconds(seconds)));
  }

  /** Ends a lease; regions without a label become free. */
  @DELETE
  @Path("{sid}")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Release a selection",
      description = "Regions without a label become free again. Idempotent.")
  @APIResponse(responseCode = "204", description = "Released.")
  public void giveBack(String id, String sid) {
    store.release(campaigns.selection(id, sid).id());
  }

  private static @Nullable Duration wait(@Nullable String prefer) {
    Matcher matcher = WAIT.matcher(prefer == null ? "" : prefer);
    return matcher.find() ? Duration.ofSeconds(Long.parseLong(matcher.group(1))) : null;
  }
}
