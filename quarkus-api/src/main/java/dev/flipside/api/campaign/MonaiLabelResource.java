package dev.flipside.api.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignProgress;
import dev.flipside.api.campaign.store.domain.Lease;
import dev.flipside.api.problem.ApiProblem;
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
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Active learning endpoints compatible with MONAI Label clients. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Active learning", description = "Next sample for MONAI Label clients.")
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
   * The next sample; all members are absent if there is none.
   *
   * @param id id of the image
   * @param campaign id of the campaign
   * @param selection selection that leases the region
   * @param region best free region of the pool
   * @param expires end of the lease
   * @param ts start of the lease, in seconds since 1970
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
   * Server information in the format of MONAI Label.
   *
   * @param name name of the campaign
   * @param description description of the service
   * @param version version of the format
   * @param labels names of the classes
   * @param models empty; inference is not offered through this interface
   * @param trainers empty
   * @param strategies acquisition functions by name
   * @param datastore number of images
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

  /** Leases the best free region. */
  @POST
  @Path("activelearning/{strategy}")
  @Blocking
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Get the next sample",
      description =
          "Leases the best free region, as POST …/selections with k = 1. The pool must"
              + " have been scored with the strategy. The body is any JSON object; \"client_id\""
              + " names the annotator. Returns {} if no region is available.")
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

  /** Returns the available strategies. */
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
