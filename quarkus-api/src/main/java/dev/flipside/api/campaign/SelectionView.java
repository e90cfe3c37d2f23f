package dev.flipside.api.campaign;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A selection in the API: regions leased to an annotator.
 *
 * @param id id of the selection
 * @param campaign id of the campaign
 * @param model digest of the model whose scores ranked the regions
 * @param strategy acquisition function
 * @param annotator annotator who holds the regions
 * @param granted start of the lease
 * @param expires time when regions without a label become free
 * @param open number of regions not yet labeled, skipped or released
 * @param shortfall why there are fewer regions than requested
 * @param regions leased regions, best first
 * @param links links to show, renew and release the selection
 */
@Schema(name = "Selection", description = "Regions leased to an annotator for a limited time.")
public record SelectionView(
    @Schema(examples = "5f0c3c5e-6c0f-4c62-9a0e-1c1d8f0d2a11") String id,
    String campaign,
    @Schema(examples = "sha256:9f86d081884c7d65") String model,
    @Schema(examples = "flip-entropy") String strategy,
    @Schema(examples = "ada") String annotator,
    Instant granted,
    @Schema(description = "Time when the lease ends and regions without a label become free again.")
        Instant expires,
    @Schema(
            description = "Number of regions not yet labeled, skipped or released.",
            examples = "10")
        int open,
    @Schema(
            description =
                "Why there are fewer regions than requested: none (there are as many as requested),"
                    + " no-free-region (all are labeled, skipped or leased), budget-spent, or"
                    + " closed (the campaign is closed).",
            examples = "none")
        String shortfall,
    List<RegionView> regions,
    Map<String, String> links) {

  /**
   * A region to label.
   *
   * @param rank position in the selection, from 1
   * @param id id of the region in URLs
   * @param image id of the image: its path below the pool
   * @param row row in the grid, from 0 at the top
   * @param col column in the grid, from 0 at the left
   * @param y first pixel row
   * @param x first pixel column
   * @param height height in px
   * @param width width in px
   * @param score uncertainty score; higher is more uncertain
   * @param links links to images of the region and to upload its label
   */
  @Schema(name = "SelectedRegion", description = "A region to label.")
  public record RegionView(
      @Schema(examples = "1") int rank,
      @Schema(examples = "dHJhaW4vMDAwMVRQXzAwNjY5MC5wbmc.2.1") String id,
      @Schema(examples = "train/0001TP_006690.png") String image,
      @Schema(examples = "2") int row,
      @Schema(examples = "1") int col,
      @Schema(examples = "144") int y,
      @Schema(examples = "96") int x,
      @Schema(examples = "72") int height,
      @Schema(examples = "96") int width,
      @Schema(description = "Score of the region, in nats for entropies.", examples = "2.7182817")
          float score,
      @Schema(
              description =
                  "image, crop, uncertainty and prediction are images (GET). label"
                      + " accepts PUT, skip accepts POST.")
          Map<String, String> links) {}
}
