package dev.flipside.api.annotation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.api.campaign.store.domain.RegionState;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What became of the answers in a file.
 *
 * @param labelled regions that have their label now
 * @param refused answers that changed nothing
 * @param items each answer, in the order of the file
 */
@Schema(name = "ImportReport", description = "Outcome of an import.")
public record ImportReport(
    @Schema(examples = "9") long labelled, @Schema(examples = "1") long refused, List<Item> items) {

  /** Counts the items. */
  static ImportReport of(List<Item> items) {
    long labelled = items.stream().filter(item -> item.outcome() == Outcome.LABELLED).count();
    return new ImportReport(labelled, items.size() - labelled, items);
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
