package dev.flipside.api.campaign;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Regions in an annotator's hands.
 *
 * @param id names the selection
 * @param campaign id of the campaign
 * @param model digest of the model whose scores ranked the regions
 * @param strategy acquisition
 * @param annotator who has the regions
 * @param granted when
 * @param expires when what has no label goes back
 * @param open regions that are neither labelled nor skipped nor back
 * @param shortfall why there are fewer than asked for
 * @param regions the regions, best first
 * @param links where to renew, return and look at it
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
            description = "Number of regions not yet labelled, skipped or released.",
            examples = "10")
        int open,
    @Schema(
            description =
                "Why there are fewer regions than asked for: none (there are not), no-free-region"
                    + " (all are labelled, skipped or with annotators), budget-spent,"
                    + " closed (the campaign is).",
            examples = "none")
        String shortfall,
    List<RegionView> regions,
    Map<String, String> links) {

  /**
   * One region to label.
   *
   * @param rank place in the selection, from 1
   * @param id names the region in URLs
   * @param image id of the image: its path below the pool
   * @param row row in the grid, from 0 at the top
   * @param col column in the grid, from 0 at the left
   * @param y first pixel row
   * @param x first pixel column
   * @param height pixel rows
   * @param width pixel columns
   * @param score the higher the less the model is sure
   * @param links where its pictures are and its label goes
   */
  @Schema(name = "SelectedRegion", description = "One region to label.")
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
      @Schema(description = "Score of the region; for entropies in nats.", examples = "2.7182817")
          float score,
      @Schema(
              description =
                  "image, crop, uncertainty and prediction are pictures; PUT the label, POST the"
                      + " skip.")
          Map<String, String> links) {}
}
