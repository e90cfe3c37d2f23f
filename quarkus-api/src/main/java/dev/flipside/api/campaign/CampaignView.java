package dev.flipside.api.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.api.job.JobView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A campaign in the API.
 *
 * @param id id in URLs
 * @param name display name
 * @param pool folder of images
 * @param list file that lists the images, null if none
 * @param grid rows and columns, or region size in px
 * @param classes class map of the labels
 * @param strategy acquisition function
 * @param created time of creation
 * @param closed time when it was closed, null if open
 * @param progress progress in regions and images
 * @param scoring latest scoring job, null if none
 * @param links links to related resources
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
    name = "Campaign",
    description = "A pool with a grid of regions, a class map, a budget and its progress.")
public record CampaignView(
    @Schema(examples = "q3kd8z2mwx4v") String id,
    @Schema(examples = "street scenes") String name,
    @Schema(examples = "/data/camvid/train") String pool,
    @Nullable String list,
    @Schema(examples = "5x5") String grid,
    ClassMapView classes,
    @Schema(examples = "flip-entropy") String strategy,
    Instant created,
    @Nullable Instant closed,
    ProgressView progress,
    @Schema(description = "The latest scoring, if any.") @Nullable JobView scoring,
    Map<String, String> links) {

  /**
   * List of campaigns.
   *
   * @param campaigns campaigns, oldest first
   */
  @Schema(name = "CampaignList")
  public record CampaignList(List<CampaignView> campaigns) {}
}
