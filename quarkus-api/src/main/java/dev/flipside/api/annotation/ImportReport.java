package dev.flipside.api.annotation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.api.campaign.store.domain.RegionState;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Outcome of an import.
 *
 * @param labelled number of labeled regions
 * @param refused number of refused regions and images
 * @param leftOut parts of the file that were ignored
 * @param items outcome per region or image, in file order; at most 1000 refused ones
 */
@Schema(name = "ImportReport", description = "Outcome of an import.")
public record ImportReport(
    @Schema(examples = "9") long labelled,
    @Schema(examples = "1") long refused,
    LeftOut leftOut,
    @Schema(
            description =
                "Outcome per region or image, in file order; at most the first 1000 refused ones.")
        List<Item> items) {

  /**
   * Parts of the file that were ignored.
   *
   * @param annotations number of annotations without area, by kind
   * @param entries first 1000 archive entries that were not read
   * @param moreEntries number of further entries
   */
  @Schema(name = "LeftOutOfImport", description = "Parts of the file that were ignored.")
  public record LeftOut(
      @Schema(examples = "{\"choices\":3,\"polyline\":1}") Map<String, Long> annotations,
      List<Entry> entries,
      @Schema(examples = "0") long moreEntries) {
    /**
     * An archive entry that was not read.
     *
     * @param name path in the archive
     * @param reason why it was not read
     */
    @Schema(name = "EntryLeftOutOfImport")
    public record Entry(
        @Schema(examples = "images/a.jpg") String name,
        @Schema(examples = "outside of the folder labels") String reason) {}
  }

  /** Outcome for a region or image. */
  public enum Outcome {
    /** The label was stored. */
    LABELLED,
    /** Nothing was changed. */
    REFUSED
  }

  /**
   * Outcome for one region, or for an image that was refused as a whole.
   *
   * @param image id of the image
   * @param region id of the region in URLs, null if the whole image was refused
   * @param outcome the outcome
   * @param type problem type, null if labeled
   * @param detail error and remedy, null if labeled
   * @param state state of the region, if it was the reason for the refusal
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "ImportedAnswer")
  public record Item(
      @Schema(examples = "train/0001TP_006690.png") String image,
      @Schema(examples = "dHJhaW4vMDAwMVRQXzAwNjY5MC5wbmc.2.1") @Nullable String region,
      Outcome outcome,
      @Schema(examples = "urn:flipside:problem:region-state") @Nullable String type,
      @Nullable String detail,
      @Nullable RegionState state) {}
}
