package dev.flipside.api.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.api.campaign.RegionPathSegment;
import dev.flipside.api.campaign.store.pool.PoolImage;
import dev.flipside.models.domain.ImageSize;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An image of a pool in the API.
 *
 * @param id id of the image in URLs
 * @param name id of the image: its path below the pool
 * @param height height in px, null if it was not scored
 * @param width width in px, null if it was not scored
 * @param regions number of its regions, 0 if it was not scored
 * @param score best score of its regions, null if there is none
 * @param state leased, labelled, skipped or free
 * @param links links to the image, its thumbnail and its regions
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "PoolImage", description = "An image of a pool.")
public record ImageView(
    @Schema(examples = "dHJhaW4vMDAwMVRQXzAwNjY5MC5wbmc") String id,
    @Schema(examples = "train/0001TP_006690.png") String name,
    @Schema(examples = "720") @Nullable Integer height,
    @Schema(examples = "960") @Nullable Integer width,
    @Schema(description = "Number of regions; 0 until the image is scored.", examples = "20")
        int regions,
    @Schema(description = "Best score of its regions.", examples = "2.7182817")
        @Nullable Float score,
    @Schema(
            description =
                "leased, labelled, skipped or free: the first that holds for one of its regions.",
            examples = "labelled")
        String state,
    @Schema(description = "image, thumbnail, uncertainty and prediction are images.")
        Map<String, String> links) {
  static ImageView of(String campaign, PoolImage image) {
    ImageSize size = image.size();
    String id = RegionPathSegment.ofImage(image.name());
    String self = "/api/campaigns/" + campaign + "/images/" + id;
    return new ImageView(
        id,
        image.name(),
        size == null ? null : size.height(),
        size == null ? null : size.width(),
        image.regions(),
        image.score(),
        image.state().name().toLowerCase(Locale.ROOT),
        Map.of(
            "image", self,
            "thumbnail", self + "/thumbnail",
            "uncertainty", self + "/uncertainty",
            "prediction", self + "/prediction",
            "regions", self + "/regions"));
  }

  /**
   * A part of the images of a pool.
   *
   * @param strategy acquisition function of the scores
   * @param total number of images that match
   * @param offset number of images left out before the first
   * @param images images in order
   */
  @Schema(name = "PoolImageList")
  public record ImageList(
      @Schema(
              description =
                  "Acquisition function of the scores; \"spread\" until a model has scored the"
                      + " pool, \"none\" if nothing has.",
              examples = "flip-entropy")
          String strategy,
      @Schema(description = "Number of images that match.", examples = "100000") int total,
      @Schema(examples = "0") int offset,
      List<ImageView> images) {}
}
