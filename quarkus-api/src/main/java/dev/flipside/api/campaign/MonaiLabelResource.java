package dev.flipside.api.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignProgress;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.Problem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.scorer.acquisition.Acquisition;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Speaks as MONAI Label does to clients that ask for the next sample. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Active learning", description = "The next sample, for clients of MONAI Label.")
@APIResponse(
    responseCode = "default",
    description = "The request was refused or failed.",
    content =
        @Content(
            mediaType = "application/problem+json",
            schema = @Schema(implementation = Problem.class)))
public class MonaiLabelResource {
  private final CampaignStore store;
  private final CampaignLookup campaigns;
  private final Selections selections;
  private final CampaignMapper views;
  private final CurrentAnnotator annotators;

  @Inject
  MonaiLabelResource(
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
   * The next sample; all members are missing if there is none.
   *
   * @param id id of the image
   * @param campaign id of the campaign
   * @param selection the selection that holds the region
   * @param region the best free region of the pool
   * @param expires when the region goes back
   * @param ts seconds since 1970 when it was handed out
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "Sample")
  public record Sample(
      @Schema(examples = "train/0001TP_006690.png") @Nullable String id,
      @Nullable String campaign,
      @Nullable String selection,
      SelectionView.@Nullable RegionView region,
      @Nullable Instant expires,
      @Nullable Long ts) {}

  /**
   * What the service offers, in the form that clients read first.
   *
   * @param name of the campaign
   * @param description what this is
   * @param version of the form
   * @param labels names of the classes
   * @param models none: inference is not offered this way
   * @param trainers none
   * @param strategies by their names
   * @param datastore how many images there are
   */
  @Schema(name = "ServiceInfo")
  public record Info(
      String name,
      String description,
      String version,
      List<String> labels,
      Map<String, String> models,
      Map<String, String> trainers,
      Map<String, Map<String, String>> strategies,
      Map<String, Long> datastore) {}

  /** Hands out the best free region. */
  @POST
  @Path("activelearning/{strategy}")
  @Blocking
  @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Get the next sample",
      description =
          "The one best free region by a strategy that the pool was scored with, leased as with"
              + " POST …/selections. The body is an object with any members; \"client_id\" names"
              + " the annotator. The answer is {} if there is nothing to hand out.")
  public Uni<Sample> next(
      String strategy,
      @Parameter(description = "ID of the campaign. May be omitted if only one campaign is open.")
          @QueryParam("campaign")
          @Nullable String campaign,
      @Nullable JsonNode body) {
    Campaign from = campaign(campaign == null ? text(body, "campaign") : campaign);
    SelectionRequest request = new SelectionRequest(1, strategy, null, null);
    return selections
        .take(from.id(), request, annotators.of(text(body, "client_id")), null, null)
        .map(this::sample);
  }

  private Sample sample(Lease lease) {
    if (lease.regions().isEmpty()) {
      return new Sample(null, null, null, null, null, null);
    }
    SelectionView view = views.of(lease);
    SelectionView.RegionView region = view.regions().get(0);
    return new Sample(
        region.image(),
        view.campaign(),
        view.id(),
        region,
        view.expires(),
        view.granted().getEpochSecond());
  }

  /** What there is. */
  @GET
  @Path("info")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "Show the available strategies", description = "For one campaign.")
  public Info info(@QueryParam("campaign") @Nullable String campaign) {
    Campaign about = campaign(campaign);
    CampaignProgress progress = store.progress(about.id());
    Map<String, Map<String, String>> strategies = new TreeMap<>();
    for (String each : Acquisition.NAMES) {
      strategies.put(each, Map.of("description", "the best free region by " + each));
    }
    return new Info(
        about.plan().name(),
        "Flipside hands out regions of images; labels go to the links of the sample",
        "2.0",
        about.plan().classes().classes().stream().map(SegmentationClass::name).toList(),
        Map.of(),
        Map.of(),
        strategies,
        Map.of("total", progress.images()));
  }

  private Campaign campaign(@Nullable String id) {
    if (id != null) {
      return campaigns.get(id);
    }
    List<Campaign> open = store.list().stream().filter(each -> each.closed() == null).toList();
    if (open.size() != 1) {
      throw ApiProblem.of(
          ProblemType.CONFLICT,
          open.size()
              + " campaigns are open; name one with the query parameter \"campaign\" or the member"
              + " \"campaign\" of the body");
    }
    return open.get(0);
  }

  private static @Nullable String text(@Nullable JsonNode body, String member) {
    JsonNode value = body == null ? null : body.get(member);
    return value == null || !value.isTextual() || value.textValue().isBlank()
        ? null
        : value.textValue();
  }
}
