package dev.flipside.api.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.api.campaign.store.domain.RegionState;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A region of an image in the API.
 *
 * @param id id of the region in URLs
 * @param row row in the grid, from 0 at the top
 * @param col column in the grid, from 0 at the left
 * @param y first pixel row
 * @param x first pixel column
 * @param height height in px
 * @param width width in px
 * @param score score, null if there is none
 * @param state UNLABELLED, LEASED, LABELLED or SKIPPED
 * @param annotator current or last annotator
 * @param links links to the label and the history
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "ImageRegion", description = "A region of an image.")
public record ImageRegionView(
    @Schema(examples = "dHJhaW4vMDAwMVRQXzAwNjY5MC5wbmc.2.1") String id,
    @Schema(examples = "2") int row,
    @Schema(examples = "1") int col,
    @Schema(examples = "144") int y,
    @Schema(examples = "96") int x,
    @Schema(examples = "72") int height,
    @Schema(examples = "96") int width,
    @Schema(examples = "2.7182817") @Nullable Float score,
    RegionState state,
    @Schema(examples = "ada") @Nullable String annotator,
    @Schema(description = "label, history, reopen and sendBack, as far as the state allows.")
        Map<String, String> links) {
  /**
   * The regions of an image.
   *
   * @param height height of the image in px
   * @param width width of the image in px
   * @param regions regions in row-major order
   */
  @Schema(name = "ImageRegionList")
  public record RegionList(int height, int width, List<ImageRegionView> regions) {}
}
