package dev.flipside.api.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.api.job.JobView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A campaign.
 *
 * @param id names it in URLs
 * @param name what people call it
 * @param pool folder of images
 * @param list file that names them, if one does
 * @param grid rows and columns, or region size in px
 * @param classes what labels may hold
 * @param strategy acquisition
 * @param created when it was made
 * @param closed when it was closed
 * @param progress how far it is
 * @param scoring its newest scoring
 * @param links where to go from here
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
   * All campaigns.
   *
   * @param campaigns the oldest first
   */
  @Schema(name = "CampaignList")
  public record CampaignList(List<CampaignView> campaigns) {}
}
