package dev.flipside.api.annotation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.api.campaign.store.domain.RegionState;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What became of the answers in a file.
 *
 * @param labelled regions that have their label now
 * @param refused answers that changed nothing
 * @param leftOut what the file contains beyond answers
 * @param items each answer, in the order of the file
 */
@Schema(name = "ImportReport", description = "Outcome of an import.")
public record ImportReport(
    @Schema(examples = "9") long labelled,
    @Schema(examples = "1") long refused,
    LeftOut leftOut,
    List<Item> items) {

  /** Counts the items. */
  static ImportReport of(List<Item> items, LeftOut leftOut) {
    long labelled = items.stream().filter(item -> item.outcome() == Outcome.LABELLED).count();
    return new ImportReport(labelled, items.size() - labelled, leftOut, items);
  }

  /**
   * What was left out.
   *
   * @param annotations numbers of annotations that paint nothing, by kind
   * @param entries entries of the archive that were not read, the first 1000 of them
   * @param moreEntries number of further entries
   */
  @Schema(name = "LeftOutOfImport", description = "What was left out.")
  public record LeftOut(
      @Schema(examples = "{\"choices\":3,\"polyline\":1}") Map<String, Long> annotations,
      List<Entry> entries,
      @Schema(examples = "0") long moreEntries) {
    /**
     * An entry of the archive.
     *
     * @param name path in the archive
     * @param reason why it was not read
     */
    @Schema(name = "EntryLeftOutOfImport")
    public record Entry(
        @Schema(examples = "images/a.jpg") String name,
        @Schema(examples = "outside of the folder labels") String reason) {}
  }

  /** What became of one answer. */
  public enum Outcome {
    /** The label is on disk. */
    LABELLED,
    /** Nothing was changed. */
    REFUSED
  }

  /**
   * One answer.
   *
   * @param image id of the image
   * @param region names the region in URLs; none where the whole image was refused
   * @param outcome what became of it
   * @param type kind of problem, if it was refused
   * @param detail what happened and what to do, if it was refused
   * @param state where the region stands, if that is why it was refused
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
