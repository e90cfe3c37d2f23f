package dev.flipside.api.pool;

import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.CampaignLookup;
import dev.flipside.api.campaign.RegionPathSegment;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.RegionState;
import dev.flipside.api.campaign.store.domain.RegionStatus;
import dev.flipside.api.campaign.store.domain.ScoringKey;
import dev.flipside.api.campaign.store.pool.ImageQuery;
import dev.flipside.api.campaign.store.pool.ImageState;
import dev.flipside.api.campaign.store.pool.PoolImage;
import dev.flipside.api.job.ScoringJobRequest;
import dev.flipside.api.job.ScoringJobs;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.Region;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.scores.RegionScores;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** REST resource for the images of a pool, by score, name or state. */
@Path("/api/campaigns/{id}/images")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Pool", description = "Images of the pool with scores and states, and their regions.")
public class PoolImageResource {
  private static final int LARGEST_PAGE = 500;

  private final CampaignStore store;
  private final CampaignLookup campaigns;
  private final ScoringJobs jobs;

  @Inject
  PoolImageResource(CampaignStore store, CampaignLookup campaigns, ScoringJobs jobs) {
    this.store = store;
    this.campaigns = campaigns;
    this.jobs = jobs;
  }

  /** Lists images. */
  @GET
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "List the images of the pool",
      description =
          "Any part of the list is answered without reading the rest, also in pools of 100,000"
              + " images. Scores are those of the latest finished scoring with the strategy of the"
              + " campaign.")
  public ImageView.ImageList list(
      String id,
      @Parameter(description = "score (best first), name, or state.")
          @QueryParam("sort")
          @DefaultValue("score")
          String sort,
      @Parameter(
              description =
                  "Only images with a region in one of these states, separated by commas: leased,"
                      + " labelled, skipped; free stands for images whose regions are all free.")
          @QueryParam("state")
          @DefaultValue("")
          String state,
      @Parameter(description = "Lowest best score.") @QueryParam("minScore")
          @Nullable Float minScore,
      @Parameter(description = "Highest best score.") @QueryParam("maxScore")
          @Nullable Float maxScore,
      @Parameter(description = "Number of images to leave out.")
          @QueryParam("offset")
          @DefaultValue("0")
          @Min(0)
          int offset,
      @Parameter(description = "Maximum number of images.")
          @QueryParam("limit")
          @DefaultValue("100")
          @Min(1)
          @Max(LARGEST_PAGE)
          int limit) {
    Campaign campaign = campaigns.get(id);
    ImageQuery query =
        new ImageQuery(
            sort(sort),
            states(state),
            score("minScore", minScore, Float.NEGATIVE_INFINITY),
            score("maxScore", maxScore, Float.POSITIVE_INFINITY));
    ScoringKey scores = scores(campaign);
    PoolImage.Page page =
        store.pools().page(campaign.id(), scores.toString(), query, offset, limit);
    return new ImageView.ImageList(
        scores.strategy(),
        page.total(),
        offset,
        page.images().stream().map(each -> ImageView.of(campaign.id(), each)).toList());
  }

  /** Returns the key of the scores that rank the regions now. */
  private ScoringKey scores(Campaign campaign) {
    return jobs.newestDone(campaign.id(), campaign.plan().strategy())
        .or(() -> jobs.newestDone(campaign.id(), ScoringJobRequest.COLD_START.strategy()))
        .map(job -> jobs.order(job).key())
        .orElse(new ScoringKey("none", "none"));
  }

  private static float score(String name, @Nullable Float value, float usual) {
    if (value != null && value.isNaN()) {
      throw ApiProblem.of(ProblemType.BAD_REQUEST, name + ": NaN, expected a number");
    }
    return value == null ? usual : value;
  }

  private static ImageQuery.Sort sort(String text) {
    return Arrays.stream(ImageQuery.Sort.values())
        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                ApiProblem.of(
                    ProblemType.BAD_REQUEST,
                    "sort: \"" + text + "\", expected score, name or state"));
  }

  private static Set<ImageState> states(String text) {
    Set<ImageState> states = EnumSet.noneOf(ImageState.class);
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      states.add(
          Arrays.stream(ImageState.values())
              .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(part))
              .findFirst()
              .orElseThrow(
                  () ->
                      ApiProblem.of(
                          ProblemType.BAD_REQUEST,
                          "state: \"" + part + "\", expected leased, labelled, skipped or free")));
    }
    return states;
  }

  /** Lists the regions of an image. */
  @GET
  @Path("{iid}/regions")
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "List the regions of an image",
      description = "With score, state and annotator of each, row by row.")
  public ImageRegionView.RegionList regions(String id, String iid) {
    Campaign campaign = campaigns.get(id);
    String image = RegionPathSegment.parseImage(iid);
    List<RegionStatus> statuses = store.pools().regions(campaign.id(), image);
    RegionScores scores =
        store.scores(campaign.id(), scores(campaign).toString(), image).orElse(null);
    RegionGrid grid = store.pools().grid(campaign.id(), image);
    ImageSize size = grid.image();
    List<ImageRegionView> views = new ArrayList<>();
    for (RegionStatus each : statuses) {
      Region pixels = grid.region(each.id().row(), each.id().col());
      views.add(
          new ImageRegionView(
              RegionPathSegment.of(each.id()),
              each.id().row(),
              each.id().col(),
              pixels.y(),
              pixels.x(),
              pixels.height(),
              pixels.width(),
              scores == null ? null : scores.scores()[views.size()],
              each.state(),
              each.annotator(),
              links(campaign.id(), each)));
    }
    return new ImageRegionView.RegionList(size.height(), size.width(), views);
  }

  private static Map<String, String> links(String campaign, RegionStatus region) {
    String self = "/api/campaigns/" + campaign + "/regions/" + RegionPathSegment.of(region.id());
    Map<String, String> links = new LinkedHashMap<>();
    links.put("history", self + "/history");
    if (region.state() == RegionState.LABELLED) {
      links.put("label", self + "/label");
      links.put("sendBack", self + "/label/send-back");
    }
    if (region.state() == RegionState.LABELLED || region.state() == RegionState.SKIPPED) {
      links.put("reopen", self + "/reopen");
    }
    return links;
  }
}
